/**
 * `help`: the list of commands on one screen, a command in full, or a topic.
 */

import type { Command, CommandContext, FlagSpec, Style } from './command.js';
import { CommandLineError } from './command-line-error.js';
import { type CommandRow, commandGroups, findCommand, isCommandGroup } from './find-command.js';
import { helpTopics, partOf } from './help-topics.js';
import { helpHint } from './near-commands.js';

/** The command over the table's rows. */
export const createHelp = (rows: readonly CommandRow[]): Command => ({
  name: 'help',
  usage: '[command | topic]',
  summary: 'explain a command or a topic',
  details: 'Lists the commands and topics, or explains one of them.',
  examples: ['help mod download', 'help exit-codes'],
  flags: [],
  ignoresSettings: true,
  async run({ args }, context) {
    const name = args.join(' ');
    const row = rows.find((r) => r.name === name);
    if (row !== undefined) return { stdout: commandHelp(await row.load(), context) };
    if (name === '') return { stdout: overview(rows, context) };
    const topicName = Object.hasOwn(partOf, name) ? partOf[name] : name;
    const topic = helpTopics.find((t) => t.name === topicName);
    if (topic !== undefined) {
      const text = typeof topic.text === 'string' ? topic.text : await topic.text();
      return { stdout: `${wrap(text, widthOf(context.style))}\n` };
    }
    if (args.length === 1 && isCommandGroup(rows, name)) return { stdout: groupHelp(rows, name, context) };
    const { programName } = context;
    const known = ['help', ...knownPart(rows, args)].join(' ');
    const topics = helpTopics.map((t) => t.name);
    throw new CommandLineError(
      `${programName} help ${name}: unknown help topic. Run '${programName} ${known}'.`,
      helpHint(rows, topics, args, programName),
    );
  },
});

/** The words at the front that name a command or a group of commands. */
function knownPart(rows: readonly CommandRow[], args: readonly string[]): readonly string[] {
  const command = findCommand(rows, args);
  if (command !== undefined && command.used > 1) return args.slice(0, command.used);
  return args.length > 1 && isCommandGroup(rows, args[0]!) ? args.slice(0, 1) : [];
}

const maxWidth = 100;
const widthOf = (style: Style) => Math.max(40, Math.min(style.columns ?? 80, maxWidth));

/** Breaks lines between words; a line that begins with a space stays as it is. */
function wrap(text: string, width: number): string {
  const wrapLine = (line: string): string => {
    if (line.startsWith(' ')) return line;
    const lines = [''];
    for (const word of line.split(' ')) {
      const last = lines.at(-1)!;
      if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
    return lines.join('\n');
  };
  return text.trim().split('\n').map(wrapLine).join('\n');
}

/** Terms and their explanations in two columns; long explanations go on under their column. */
function definitions(entries: readonly (readonly [term: string, text: string])[], style: Style): string {
  const termWidth = Math.max(...entries.map(([term]) => term.length));
  const indent = ' '.repeat(termWidth + 4);
  return entries
    .map(([term, text]) => {
      const lines = wrap(text, widthOf(style) - indent.length).split('\n');
      return `  ${style.paint('accent', term)}${' '.repeat(termWidth - term.length + 2)}${lines.join(`\n${indent}`)}\n`;
    })
    .join('');
}

function listCommands(rows: readonly CommandRow[], style: Style): string {
  return definitions(
    rows.map((row) => [row.name, row.summary]),
    style,
  );
}

function overview(table: readonly CommandRow[], { programName, style }: CommandContext): string {
  const width = Math.max(...[...table, ...helpTopics].map((entry) => entry.name.length));
  const list = (entries: readonly { name: string; summary: string }[]) =>
    entries
      .map((e) => `  ${style.paint('accent', e.name)}${' '.repeat(width - e.name.length + 2)}${e.summary}\n`)
      .join('');
  const sections = Object.entries(commandGroups).map(([group, title]) => ({
    title,
    rows: table.filter((row) => row.group === group),
  }));
  return [
    `${programName} fetches, resolves and verifies Go modules, with no Go toolchain.\n`,
    `${style.paint('strong', 'usage:')} ${programName} <command> [flags] [arguments]\n`,
    ...sections.filter((s) => s.rows.length > 0).map((s) => `${style.paint('strong', s.title)}\n${list(s.rows)}`),
    `${style.paint('strong', 'Topics')}\n${list(helpTopics)}`,
    `Run '${programName} help <command>' or '${programName} help <topic>' for more.\n`,
  ].join('\n');
}

function groupHelp(table: readonly CommandRow[], group: string, { programName, style }: CommandContext): string {
  const rows = table.filter((row) => row.name.startsWith(`${group} `));
  return [
    `${style.paint('strong', 'usage:')} ${programName} ${group} <command> [flags] [arguments]\n`,
    listCommands(rows, style),
    `Run '${programName} help ${group} <command>' for more.\n`,
  ].join('\n');
}

/** Commands that go does not have. */
const isOwn = (name: string) => /^(?:resolve|verify|explain-mismatch|proof|sumdb|mod union-sums)\b/.test(name);

function flagTerm(spec: FlagSpec): string {
  const value = spec.value === undefined ? '' : spec.optionalValue ? `[=${spec.value}]` : `=${spec.value}`;
  return `${spec.short === undefined ? '' : `-${spec.short}, `}-${spec.name}${value}`;
}

function commandHelp(command: Command, { programName, style }: CommandContext): string {
  const width = widthOf(style);
  const indented = (text: string) => wrap(text, width - 2).replace(/^(?=.)/gm, '  ');
  const heading = (title: string) => `${style.paint('strong', title)}\n`;
  const flags = command.flags.filter((spec) => !spec.hidden);
  const sections = [
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.\n`,
    `${style.paint('strong', 'usage:')} ${[programName, command.name, command.usage].join(' ').trimEnd()}\n`,
    `${wrap(command.details, width)}\n`,
  ];
  if (flags.length > 0) {
    const terms = flags.map((f) => [flagTerm(f), f.repeatable ? `${f.help} (may be repeated)` : f.help] as const);
    sections.push(heading('Flags') + definitions(terms, style));
  }
  if (command.interspersed === true && flags.length > 0) {
    sections.push('Flags may stand anywhere, also after arguments.\n');
  }
  if (command.examples !== undefined) {
    sections.push(heading('Examples') + command.examples.map((e) => `  ${programName} ${e}\n`).join(''));
  }
  const difference = command.difference ?? (isOwn(command.name) ? undefined : 'None is known.');
  if (difference !== undefined) sections.push(`${heading('Difference from go')}${indented(difference)}\n`);
  sections.push(`${style.paint('dim', `Flags of every command: ${programName} help flags`)}\n`);
  return sections.join('\n');
}
