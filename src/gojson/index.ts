export { formatGoJson, type GoJsonOptions, omitEmpty } from './go-json.js';
export { parseGoJson } from './parse-go-json.js';
