/** The one boundary where text for the terminal or a log is made safe: what the cli cleans its output with. */
import { cleanText } from '../encoding/clean-text.js';

export { cleanJson, cleanText } from '../encoding/clean-text.js';

const maxLineLength = 8192;

/** A message for people: clean, and without the middle of lines that nobody would read, such as one with a name of a megabyte. */
export function cleanMessage(text: string): string {
  const cleaned = cleanText(text);
  return cleaned.length <= maxLineLength ? cleaned : cleaned.split('\n').map(withoutMiddle).join('\n');
}

function withoutMiddle(line: string): string {
  const left = line.length - maxLineLength;
  if (left <= 0) return line;
  return `${line.slice(0, maxLineLength / 2)}… (${left} characters) …${line.slice(-maxLineLength / 2)}`;
}

/**
 * Takes the meaning from what a GitHub Actions or Azure Pipelines log would read as commands: `::error::` at the beginning of a line, `##[group]`
 * anywhere in it. Characters without a width do not hide them: the runner's comparison may pass over those.
 */
export function withoutLogCommands(text: string): string {
  return text.replace(/^((?:[^\S\n]|\p{DI})*:)(?=\p{DI}*:)/gmu, '$1 ').replace(/#(?=\p{DI}*#\p{DI}*\[)/gu, '# ');
}

/** The same for JSON, whose strings begin no line: the data does not change. */
export function jsonWithoutLogCommands(text: string): string {
  return text.replace(/#(?=\p{DI}*#\p{DI}*\[)/gu, '\\u0023');
}
