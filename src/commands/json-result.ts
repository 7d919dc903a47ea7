/** How commands print JSON. */
import { formatGoJson } from '../gojson/index.js';
import { hasRule } from '../gover/index.js';
import type { CommandResult } from './command.js';

/** A document of a command that go has too, as the release that is followed prints it. */
export function goJson(document: unknown, goVersion: string): string {
  return `${formatGoJson(document, { indent: '\t', printsReplacement: hasRule(goVersion, 'json-prints-replacement') })}\n`;
}

/** One document of a command of our own. */
export const jsonResult = (document: unknown): CommandResult => ({
  stdout: `${formatGoJson(document, { indent: '\t' })}\n`,
  stdoutKind: 'json',
});
