/** The one boundary where text for the terminal or a log is made safe: what the cli cleans its output with. */
export { cleanJson, cleanText } from '../encoding/clean-text.js';

/**
 * Takes the meaning from what a GitHub Actions log would read as commands: `::error::` at the beginning of a line, `##[group]`
 * anywhere in it. Characters without a width do not hide them: the runner's comparison may pass over those.
 */
export function withoutLogCommands(text: string): string {
  return text.replace(/^((?:[^\S\n]|\p{DI})*:)(?=\p{DI}*:)/gmu, '$1 ').replace(/#(?=\p{DI}*#\p{DI}*\[)/gu, '# ');
}
