/**
 * Messages are written in the go command's words, so that a search for them finds its answers. Called by another name, what they tell a
 * person to type is what is there: `tsgoget mod tidy`, for there may be no go.
 */

/** Before a command in a sentence of ours: a quote, or the beginning of a line of its own. */
const place = /(?<!version )'|`|use "|usage: | in go\.mod: |^warning: |(?:^|\n)\t(?:cd [^\n]+ && )?| && /;
const command = /go (?=(?:get|list|mod|work|env|clean|version|help)\b)/;
const ourCommand = new RegExp(`(${place.source})${command.source}`, 'g');

/** What others have written, in a message of ours: a server to its end, a module's author to the end of the line. */
const theirWords =
  /(\breading \w+:\/\/[\s\S]*|\bserver response:[\s\S]*|\b(?:is deprecated|retracted by module author): [^\n]*)/;

/** A message with its commands under the program's name. What servers and authors of modules say is left as it is. */
export function nameCommands(message: string, programName: string): string {
  if (programName === 'go' || !message.includes('go ')) return message;
  return message
    .split(theirWords)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replace(ourCommand, `$1${programName} `)))
    .join('');
}
