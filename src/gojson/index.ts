export { formatGoJson, type GoJsonOptions, omitEmpty } from './go-json.js';
