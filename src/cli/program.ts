/**
 * The command line as a commander program: a command's flags are declared from its table. commander keeps values in
 * order; the words for what it does not know are go's.
 */
import { Command as Commander, Option } from 'commander';
import type { Command, GivenFlag, Invocation } from '../commands/command.js';
import { CommandLineError } from '../commands/command-line-error.js';
import { commandHint, flagHint } from '../commands/near-commands.js';
import { commandTable } from '../commands/table.js';
import { createFlags, globalFlags } from './flags.js';
import { FlagError, splitGoflags, splitWords } from './go-flags.js';

function quietCommander(name: string): Commander {
  return new Commander(name)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .helpCommand(false);
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
  const names = [...command.flags.filter((spec) => !spec.hidden), ...globalFlags].map((spec) => spec.name);
  const near = error.unknownFlag === undefined ? undefined : flagHint(error.unknownFlag, names);
  return new CommandLineError(`${error.message}\n${usage}\n${details}`, near);
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

/** `go X: unknown command`; `group` is 'mod' in `mod X`, which go does not repeat. */
export function unknownCommand(words: readonly string[], group: string, programName: string): CommandLineError {
  const help = [programName, 'help', group].join(' ').trimEnd();
  const said = group === '' ? words[0] : programName === 'go' ? group : `${group} ${words[1]}`;
  return new CommandLineError(
    `${programName} ${said}: unknown command\nRun '${help}' for usage.`,
    commandHint(commandTable, words, programName),
  );
}
