export { GoTime, nilTime } from './go-time.js';
export {
  GoEnum,
  GoFloat,
  type GoFunction,
  GoNil,
  type GoNilOptions,
  GoStruct,
  type GoStructOptions,
  type GoType,
  type GoValue,
  type TemplateFunction,
} from './go-value.js';
export { parseTemplate, type Template } from './template.js';
