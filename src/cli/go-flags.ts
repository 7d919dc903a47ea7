/**
 * Go's flag syntax, turned into words that every flag library reads: `--name=value …` and then the arguments.
 * One dash or two; `-name=value`, or `-name value` unless boolean; the first argument ends the flags (Go's package flag).
 */
import type { FlagSpec } from '../commands/command.js';
import { splitQuotedWords } from '../encoding/quoted-words.js';
import { TsgogetError } from '../errors.js';

/** What a word of the command line says that cannot be: go's words, without the usage line. */
export class FlagError extends TsgogetError {
  /** The undefined flag, for a suggestion. */
  readonly unknownFlag: string | undefined;

  constructor(message: string, unknownFlag?: string) {
    super('usage', message);
    this.unknownFlag = unknownFlag;
  }
}

/** -h, -help or --help among the flags. */
export class HelpRequest extends Error {}

export interface SplitWords {
  /** `--name=value`, in the order given; a boolean's value is 'true' or 'false'. */
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

interface Word {
  readonly name: string;
  readonly value: string | undefined;
}

/** Splits `-name=value`; undefined for `-=x`, `---x` and for what is no flag. */
function parseWord(word: string): Word | undefined {
  const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word);
  return match === null ? undefined : { name: match[1]!, value: match[2] };
}

const booleans = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, 'true'] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, 'false'] as const),
]);

const isBoolean = (spec: FlagSpec) => spec.value === undefined || spec.optionalValue === true;

/** The flag of that name; `-no-name` of a boolean is `-name=false`. */
function findSpec(specs: readonly FlagSpec[], name: string): { spec: FlagSpec; negated: boolean } | undefined {
  const spec = specs.find((s) => s.name === name || s.short === name);
  if (spec !== undefined) return { spec, negated: false };
  const positive = name.startsWith('no-')
    ? specs.find((s) => s.name === name.slice(3) && s.value === undefined)
    : undefined;
  return positive && { spec: positive, negated: true };
}

/** The value of a boolean flag; undefined if the text is none. Flags with an optional value take any text. */
function booleanValue(spec: FlagSpec, text: string | undefined, negated: boolean): string | undefined {
  const value = booleans.get(text ?? 'true') ?? (spec.optionalValue ? text : undefined);
  return negated && value !== undefined ? String(value === 'false') : value;
}

const lateC = '-C flag must be first flag on command line';

/** Go quotes a value in its message as %q does, for all that a command line can hold. */
const quote = (text: string) => JSON.stringify(text);

/** Splits a command's words. Throws FlagError, or HelpRequest. */
export function splitWords(words: readonly string[], specs: readonly FlagSpec[], interspersed = false): SplitWords {
  const flags: string[] = [];
  const args: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return { flags, args: [...args, ...words.slice(i + 1)] };
    if (word === '-' || !word.startsWith('-')) {
      if (!interspersed) return { flags, args: words.slice(i) };
      args.push(word);
      continue;
    }
    const given = parseWord(word);
    if (given === undefined) throw new FlagError(`bad flag syntax: ${word}`);
    const found = findSpec(specs, given.name);
    if (found === undefined) {
      if (given.name === 'h' || given.name === 'help') throw new HelpRequest();
      if (given.name === 'C') {
        const dir = given.value ?? words[i + 1];
        if (dir === undefined) throw new FlagError('flag needs an argument: -C');
        throw new FlagError(`invalid value ${quote(dir)} for flag -C: ${lateC}`);
      }
      throw new FlagError(`flag provided but not defined: -${given.name}`, given.name);
    }
    const { spec, negated } = found;
    let value: string | undefined;
    if (isBoolean(spec)) {
      value = booleanValue(spec, given.value, negated);
      if (value === undefined) {
        throw new FlagError(`invalid boolean value ${quote(given.value ?? '')} for -${given.name}: parse error`);
      }
    } else {
      value = given.value ?? words[++i];
      if (value === undefined) throw new FlagError(`flag needs an argument: -${given.name}`);
    }
    flags.push(`--${spec.name}=${value}`);
  }
  return { flags, args };
}

/** The flags that some go command has: what GOFLAGS may name though no command of tsgoget knows it. */
const goFlags = new Set(
  `C a artifacts asan asmflags bench benchmem benchtime blockprofile blockprofilerate buildmode buildvcs c cache changed
  compat compiled compiler count cover covermode coverpkg coverprofile cpu cpuprofile d debug-actiongraph
  debug-runtime-trace debug-trace deps diff dropexclude dropgodebug dropignore dropreplace droprequire dropretract
  droptool dropuse e exclude exec export f failfast find fix fixtool fmt fullpath fuzz fuzzcache fuzzminimizetime
  fuzztime gccgoflags gcflags go godebug i ignore insecure installsuffix json ldflags linkshared list m memprofile
  memprofilerate mod modcache modcacherw modfile module msan mutexprofile mutexprofilefraction n o outputdir overlay p
  parallel pgo pkgdir print r race replace require retract retracted reuse run short shuffle skip t tags test test.v
  testcache timeout tool toolchain toolexec trace trimpath u use v vendor versions vet vettool w work x`.split(/\s+/),
);

/**
 * The flags of GOFLAGS that a command with these specs takes, as splitWords gives them; those of other commands are
 * passed over. Throws 'invalid-setting' for what no command has, FlagError for a bad value; with `lenient` neither
 * for the former.
 */
export function splitGoflags(goflags: string, specs: readonly FlagSpec[], lenient = false): string[] {
  const flags: string[] = [];
  let words: string[];
  try {
    words = splitQuotedWords(goflags, (what) => new TsgogetError('invalid-setting', `parsing $GOFLAGS: ${what}`));
  } catch (error) {
    if (lenient) return [];
    throw error;
  }
  const given = words.map((word) => {
    const flag = word.startsWith('-') ? parseWord(word) : undefined;
    if (flag === undefined && !lenient) {
      throw new TsgogetError('invalid-setting', `parsing $GOFLAGS: non-flag ${quote(word)}`);
    }
    if (flag !== undefined && !lenient && !goFlags.has(flag.name) && findSpec(specs, flag.name) === undefined) {
      throw new TsgogetError('invalid-setting', `parsing $GOFLAGS: unknown flag -${flag.name}`);
    }
    return flag;
  });
  for (const flag of given) {
    if (flag?.name === 'C') {
      const needed =
        flag.value === undefined ? 'flag needs an argument:' : `invalid value ${quote(flag.value)} for flag`;
      throw new FlagError(`go: ${needed} -C (from $GOFLAGS)${flag.value === undefined ? '' : `: ${lateC}`}`);
    }
    const found = flag && findSpec(specs, flag.name);
    if (flag === undefined || found === undefined) continue;
    const { spec, negated } = found;
    const value = isBoolean(spec) ? booleanValue(spec, flag.value, negated) : flag.value;
    if (value === undefined && isBoolean(spec)) {
      throw new FlagError(
        `go: invalid boolean value ${quote(flag.value ?? '')} for flag -${flag.name} (from $GOFLAGS): parse error`,
      );
    }
    if (value === undefined) throw new FlagError(`go: flag needs an argument: -${flag.name} (from $GOFLAGS)`);
    flags.push(`--${spec.name}=${value}`);
  }
  return flags;
}
