/**
 * The frame that every command fits: its flags, what it is given, what it returns.
 * Commands compute and return text; only cli/ sees the terminal and the process (design, invariant 9).
 */
import type { Progress, RunRights } from '../client/run.js';
import type { GoEnv } from '../goenv/index.js';

/** A flag, by Go's rules: one dash or two, `-name=value` or `-name value`; `-name` and `-name=false` for a boolean. */
export interface FlagSpec {
  readonly name: string;
  readonly help: string;
  /** The placeholder of its value; absent = boolean. */
  readonly value?: string;
  /** `-name` alone or `-name=value`; never takes the next argument. */
  readonly optionalValue?: boolean;
  /** Only said in the help: every flag may be given again, `text` is then the last value. */
  readonly repeatable?: boolean;
  /** Accepted, but not listed in the help. */
  readonly hidden?: boolean;
  /** A second, one-letter name: for commands that go does not have. */
  readonly short?: string;
}

/** The flags as given: those of GOFLAGS first, then those of the command line. Asking for an undeclared name is a bug. */
export interface Flags {
  /** Given at all, even as `-name=false`. */
  has(name: string): boolean;
  /** Given, and not as `-name=false`. */
  bool(name: string): boolean;
  /** The last value; undefined if absent, or if an optional value was left out (or was a boolean). */
  text(name: string): string | undefined;
  /** All values of a flag, in order. */
  values(name: string): readonly string[];
  /** All flags in the order given; a boolean's value is 'true' or 'false'. */
  all(): readonly GivenFlag[];
}

export interface GivenFlag {
  readonly name: string;
  readonly value: string;
}

export interface Invocation {
  readonly flags: Flags;
  readonly args: readonly string[];
}

export interface ProgressSink {
  /** Merges the fields given into what is shown. Cheap: it may be called for every event. */
  update(counts: Progress): void;
}

export type PaintKind = 'good' | 'bad' | 'dim' | 'strong' | 'accent';

export interface Column {
  readonly heading?: string;
  readonly align?: 'left' | 'right';
  /** Cut before the other columns where a terminal is too narrow. */
  readonly shrinksFirst?: boolean;
  /** Tells the rows apart: where its cells would look alike or lose their sense when they are cut, rows are stacked instead. */
  readonly isName?: boolean;
}

export interface TreeNode {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

/** How text for people looks on stdout. Everything here is the identity or plain text where there is no terminal. */
export interface Style {
  /** Colours are on. */
  readonly color: boolean;
  /** Width of the terminal; undefined when stdout is none: then nothing is cut or wrapped. */
  readonly columns: number | undefined;
  paint(kind: PaintKind, text: string): string;
  /** Aligned columns, each line ended by a newline; lines are cut to a terminal's width. Cells may be painted. */
  table(rows: readonly (readonly string[])[], columns?: readonly Column[]): Promise<string>;
  /** A tree drawn with box characters, each line ended by a newline. Labels may be painted. */
  tree(root: TreeNode): Promise<string>;
}

/**
 * How text for stdout is made safe (field notes, A21):
 * 'text' (default): control, escape and bidi characters are taken out, line breaks and tabs stay;
 * 'json': they become \u escapes, so the data stays the same;
 * 'exact': bytes that must not change (`mod edit -print`, `env`); cleaned as text all the same on a terminal.
 */
export type OutputKind = 'text' | 'json' | 'exact';

export interface CommandContext {
  /** 'go' when called through a link of that name, else 'tsgoget'; begins every message. */
  readonly programName: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly goEnv: GoEnv;
  /** Absolute; already changed by -C. Resolve relative names against it: the process's own directory may be another. */
  readonly cwd: string;
  /** Aborted by SIGINT, SIGTERM and when nobody reads stdout any more. */
  readonly signal: AbortSignal;
  readonly style: Style;
  /** Output before the end, in order; does not wait. */
  stdout(text: string, kind?: OutputKind): void;
  /** A line for people, on stderr, after `programName: `. */
  message(text: string): void;
  /** As `message`, once for each text, and not when called as go. */
  note(text: string): void;
  /** A line of -x, on stderr, without prefix. */
  trace(line: string): void;
  readonly progress: ProgressSink;
}

export interface CommandResult {
  /** Written after what was streamed. */
  readonly stdout?: string;
  readonly stdoutKind?: OutputKind;
  /** Each is reported as if it had been thrown; the most serious sets the exit code. */
  readonly errors?: readonly unknown[];
  /** Replaces the code of the errors, unless that is 3 (refuted). */
  readonly exitCode?: number;
}

export interface Command {
  /** All its words: 'mod download'. */
  readonly name: string;
  /** What follows the name in the usage line: '[-x] [-json] [modules]'. */
  readonly usage: string;
  /** What go's usage line says there, where it is not the same: it stands in its place when called as go. */
  readonly goUsage?: string;
  /** One line, as in the list of commands: no capital, no full stop. */
  readonly summary: string;
  /** Paragraphs for `help <command>`; wrapped to the terminal by the frame, lines that begin with a space are kept. */
  readonly details: string;
  /** Whole command lines without the program's name: 'mod download -json all'. */
  readonly examples?: readonly string[];
  /** Where it differs from the go command; absent if it does not, or go has no such command. */
  readonly difference?: string;
  readonly flags: readonly FlagSpec[];
  /** Flags may also follow arguments; go's own commands stop at the first argument. */
  readonly interspersed?: boolean;
  /** It runs whatever the settings are: GOFLAGS and a GOPATH that cannot be are not looked at. */
  readonly ignoresSettings?: boolean;
  /** Go's bad flags of GOFLAGS are overlooked: `env` is how one looks for them. */
  readonly ignoreBadGoflags?: boolean;
  /** Absent where no session is opened. */
  readonly rights?: RunRights;
  run(invocation: Invocation, context: CommandContext): Promise<CommandResult>;
}
