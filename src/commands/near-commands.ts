/**
 * What is meant by words that name no command, topic or flag: the names of other programs' commands, a word of a command without its
 * group, a slip of the finger.
 */
import { type CommandRow, isCommandGroup } from './find-command.js';

/** Levenshtein distance in which two letters that have changed places count once; more than `limit` is Infinity. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]! > limit ? Number.POSITIVE_INFINITY : last[b.length]!;
}

/** The candidates that a word is nearest to, none if it is like no one of them. */
export function nearest(word: string, candidates: Iterable<string>): string[] {
  let found: string[] = [];
  let best = Math.min(2, Math.floor((word.length - 1) / 2));
  if (best < 1 || word.length > 64) return [];
  for (const candidate of new Set(candidates)) {
    const d = distance(word, candidate, best);
    if (d > best) continue;
    if (d < best) found = [];
    best = d;
    found.push(candidate);
  }
  return found;
}

const notBuilt = 'nothing is compiled here';

/** What people type out of habit: what to type instead, and why where that is not plain. */
const habits: Readonly<Record<string, readonly [instead: readonly string[], why?: string]>> = {
  outdated: [['list -m -u all']],
  updates: [['list -m -u all']],
  update: [['get -u ./...']],
  upgrade: [['get -u ./...']],
  up: [['get -u ./...']],
  add: [['get package']],
  require: [['get package']],
  fetch: [['mod download']],
  restore: [['mod download']],
  ci: [['mod download', 'verify']],
  remove: [['get package@none']],
  rm: [['get package@none']],
  uninstall: [['get package@none']],
  drop: [['get package@none']],
  tree: [['resolve -tree']],
  ls: [['list -m all']],
  deps: [['list -m all']],
  show: [['list -m module']],
  info: [['list -m -json module']],
  view: [['list -m -json module']],
  versions: [['list -m -versions module']],
  search: [['list -m -versions module']],
  prune: [['mod tidy']],
  audit: [['verify'], 'it proves what go.sum says; known vulnerabilities are not looked for'],
  vulncheck: [['verify'], 'it proves what go.sum says; known vulnerabilities are not looked for'],
  prove: [['verify']],
  sum: [['verify']],
  explain: [['explain-mismatch module@version', 'mod why package']],
  mismatch: [['explain-mismatch module@version']],
  diff: [['mod tidy -diff', 'explain-mismatch module@version']],
  lock: [['mod tidy']],
  config: [['env']],
  cache: [['clean -modcache', 'mod verify']],
  purge: [['clean -modcache']],
  workspace: [['work use dir']],
  install: [['mod download', 'get package'], `${notBuilt}: they fetch all modules, and add one`],
  build: [['mod download', 'mod vendor'], `${notBuilt}: they fetch what a build needs`],
  run: [['mod download'], `${notBuilt}: it fetches what a program needs`],
  test: [['verify', 'mod download'], `${notBuilt}: they prove and fetch what tests need`],
  vet: [['verify'], 'nothing is compiled or analysed here: it proves go.sum'],
  lint: [['verify'], 'nothing is compiled or analysed here: it proves go.sum'],
  generate: [['mod download'], notBuilt],
  fmt: [['mod edit -fmt'], 'it formats go.mod; source files are left alone'],
  doc: [['help']],
  man: [['help']],
  tool: [['get -tool package'], `${notBuilt}: it adds a tool to go.mod`],
};

const isHabit = (word: string) => Object.hasOwn(habits, word);

/** Commands that a word stands for by itself: `tidy`, `mod-tidy`, `lookup`, or the names of another group. */
function namedBy(rows: readonly CommandRow[], word: string): string[] {
  const spaced = word.replace(/[-_.:/]/g, ' ');
  return rows
    .filter(({ name }) => name === spaced || name.replace(' ', '') === word || name.split(' ')[1] === word)
    .map((row) => row.name);
}

/** Command lines without the program's name, and a word on them. */
interface Meant {
  readonly instead: readonly string[];
  readonly why?: string | undefined;
}

function meant(rows: readonly CommandRow[], words: readonly string[]): Meant {
  const [first = '', second] = words.map((word) => word.toLowerCase().replace(/^-+/, ''));
  const inGroup = second !== undefined && isCommandGroup(rows, first);
  const word = inGroup ? second : first;
  const names = rows.map((row) => row.name);
  const members = names.filter((name) => name.startsWith(`${first} `));
  if (inGroup) {
    const near = nearest(
      word,
      members.map((name) => name.slice(first.length + 1)),
    );
    if (near.length > 0) return { instead: near.map((name) => `${first} ${name}`) };
    if (names.includes(word)) return { instead: [word] };
  } else if (second !== undefined) {
    const joined = `${first} ${second}`; // a slip in the group's name
    const near = nearest(
      first,
      names.filter((name) => name.endsWith(` ${second}`)).map((name) => name.split(' ')[0]!),
    );
    if (near.length > 0) return { instead: near.map((group) => `${group} ${second}`) };
    if (names.includes(joined)) return { instead: [joined] };
  }
  const own = namedBy(rows, word);
  if (own.length > 0) return { instead: own };
  if (isHabit(word)) return { instead: habits[word]![0], why: habits[word]![1] };
  const whole = names.flatMap((name) => [name, name.split(' ')[0]!]);
  const near = inGroup ? [] : nearest(word, whole);
  if (near.length > 0) return { instead: near };
  const lastWords = new Map(names.map((name) => [name.split(' ').at(-1)!, name]));
  const slip = nearest(word, [...lastWords.keys(), ...Object.keys(habits)])[0];
  if (slip === undefined) return { instead: [] };
  return isHabit(slip) ? { instead: habits[slip]![0], why: habits[slip]![1] } : { instead: namedBy(rows, slip) };
}

const choice = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(' or ');

/** The hint after words that name no command: what to type instead. Undefined where nothing is like them. */
export function commandHint(
  rows: readonly CommandRow[],
  words: readonly string[],
  programName: string,
): string | undefined {
  const { instead, why } = meant(rows, words);
  if (instead.length === 0) return undefined;
  return `did you mean ${choice(instead.map((line) => `${programName} ${line}`))}?${why === undefined ? '' : ` (${why})`}`;
}

/** The hint after `help` for words that name neither a command nor a topic. */
export function helpHint(
  rows: readonly CommandRow[],
  topics: readonly string[],
  words: readonly string[],
  programName: string,
): string | undefined {
  const topic = nearest(words.join('-').toLowerCase(), topics);
  const { instead } = meant(rows, words);
  const names = instead.map((line) => rows.find(({ name }) => `${line} `.startsWith(`${name} `))?.name ?? line);
  const found = [...new Set([...topic, ...names])].filter((name) => name !== 'help');
  return found.length === 0 ? undefined : `did you mean ${choice(found.map((name) => `${programName} help ${name}`))}?`;
}

/** Flags of other programs, and those of ours that stand for them where a command has them. */
const flagHabits: Readonly<Record<string, readonly string[]>> = {
  upgrade: ['u'],
  update: ['u'],
  U: ['u'],
  latest: ['u'],
  verbose: ['v', 'x'],
  debug: ['x'],
  trace: ['x'],
  test: ['t'],
  tests: ['t'],
  dev: ['tool', 't'],
  'dry-run': ['diff', 'print', 'n'],
  n: ['diff'],
  check: ['diff'],
  'frozen-lockfile': ['mod=readonly'],
  frozen: ['mod=readonly'],
  locked: ['mod=readonly'],
  format: ['json', 'f'],
  output: ['o'],
  out: ['o'],
  modules: ['m'],
  module: ['m'],
  since: ['changed'],
  base: ['changed'],
  diff: ['changed'],
  'continue-on-error': ['e'],
  force: ['e'],
};

/** The hint after a flag that a command does not have. */
export function flagHint(flag: string, names: readonly string[]): string | undefined {
  const near = nearest(flag, names);
  const habit = Object.hasOwn(flagHabits, flag) ? flagHabits[flag]! : [];
  const instead = habit.filter((name) => names.includes(name.replace(/=.*/, ''))).slice(0, 1);
  const found = near.length > 0 && instead.length === 0 ? near : instead;
  return found.length === 0 ? undefined : `did you mean ${found.map((name) => `-${name}`).join(' or ')}?`;
}
