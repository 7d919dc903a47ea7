/**
 * The command line as a commander program: a command's flags are declared from its table, and the table's commands are
 * known by name. commander keeps values in order and finds the near miss behind an unknown word; the words are go's.
 */
import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command, GivenFlag, Invocation } from '../commands/command.js';
import { commandTable } from '../commands/table.js';
import { CommandLineError } from './error-report.js';
import { createFlags, globalFlags } from './flags.js';
import { FlagError, splitGoflags, splitWords } from './go-flags.js';

function quietCommander(name: string): Commander {
  return new Commander(name)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .helpCommand(false);
}

/** Runs commander for what it says about an unknown word: "(Did you mean x?)". */
function suggestion(program: Commander, words: readonly string[], prefix = ''): string | undefined {
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message)?.[1];
    const names = near?.split(', ').map((name) => prefix + name.replace(/^--/, '-'));
    return names && `did you mean ${names.join(' or ')}?`;
  }
  return undefined;
}

/** Declares a command's flags; each value given goes to `record`. */
function declare(command: Command, record: (flag: GivenFlag) => void): Commander {
  const program = quietCommander(command.name).argument('[arguments...]');
  for (const spec of [...command.flags, ...globalFlags]) {
    const option = new Option(`--${spec.name} <${spec.value ?? 'boolean'}>`, spec.help).argParser((value) =>
      record({ name: spec.name, value }),
    );
    option.negate = false; // a flag may be called 'no-…'
    if (spec.hidden) option.hideHelp();
    program.addOption(option);
  }
  return program.action(() => {});
}

/** Go's error, the command's usage line, and where to read more: exit 2. */
function usageError(error: FlagError, command: Command, programName: string): CommandLineError {
  const words = programName === 'go' ? (command.goUsage ?? command.usage) : command.usage;
  const usage = `usage: ${[programName, command.name, words].join(' ').trimEnd()}`;
  const details = `Run '${programName} help ${command.name}' for details.`;
  const near =
    error.unknownFlag &&
    suggestion(
      declare(command, () => {}),
      [`--${error.unknownFlag}`],
    );
  return new CommandLineError(`${error.message}\n${usage}\n${details}`, near || undefined);
}

/**
 * Reads the words after a command's name, and GOFLAGS before them. Throws CommandLineError (exit 2), HelpRequest, or
 * 'invalid-setting' for a GOFLAGS that no command has.
 */
export function parseInvocation(
  command: Command,
  words: readonly string[],
  settings: { programName: string; goflags: string },
): Invocation {
  const specs = [...command.flags, ...globalFlags];
  try {
    const fromSettings = splitGoflags(settings.goflags, specs, command.ignoreBadGoflags);
    const { flags, args } = splitWords(words, specs, command.interspersed);
    const given: GivenFlag[] = [];
    const program = declare(command, (flag) => given.push(flag));
    program.parse([...fromSettings, ...flags, '--', ...args], { from: 'user' });
    return { flags: createFlags(given, specs), args: program.args };
  } catch (error) {
    throw error instanceof FlagError ? usageError(error, command, settings.programName) : error;
  }
}

/** `go X: unknown command`; `group` is 'mod' in `mod X`. */
export function unknownCommand(words: readonly string[], group: string, programName: string): CommandLineError {
  const program = quietCommander(programName);
  const prefix = group === '' ? '' : `${group} `;
  const names = commandTable.filter((row) => row.name.startsWith(prefix)).map((row) => row.name.slice(prefix.length));
  for (const name of new Set(names.map((n) => n.split(' ')[0]!)))
    program.addCommand(quietCommander(name).action(() => {}));
  const unknown = words[group === '' ? 0 : 1] ?? '';
  const help = [programName, 'help', group].join(' ').trimEnd();
  return new CommandLineError(
    `${programName} ${group === '' ? unknown : group}: unknown command\nRun '${help}' for usage.`,
    unknown === '' ? undefined : suggestion(program, [unknown], prefix),
  );
}
