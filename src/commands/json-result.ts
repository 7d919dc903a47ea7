/** How commands print one JSON document. */
import { formatGoJson } from '../gojson/index.js';
import type { CommandResult } from './command.js';

export const jsonResult = (document: unknown): CommandResult => ({
  stdout: `${formatGoJson(document, { indent: '\t' })}\n`,
  stdoutKind: 'json',
});
