/**
 * The command lines of a graph, run by the go command and by tsgoget: each in a folder of its own with the same main module, an empty
 * module cache and the same file:// proxy. What is seen of a run is its output, its exit code and all files of the main module.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../support/run-main.js';
import { runGo } from '../go-command.js';
import { goSumDb } from './checksum-log.js';
import { type Graph, writeMain, writeProxy } from './graph.js';
import { explainDifference } from './known-differences.js';

export interface Outcome {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stderr that say what is being fetched, sorted: their order is that of the fetches. */
  readonly progress: readonly string[];
  /** The zips that the module cache held before. */
  readonly cached: ReadonlySet<string>;
  /** All files of the main module; those of the proxy's local replacements too. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Step {
  readonly args: readonly string[];
  readonly go: Outcome;
  readonly tsgoget: Outcome;
}

/** The release that go is, for tsgoget to follow. */
export const goRelease = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout?.trim().replace(/^go/, '');

const progressLine = /^go: (?:downloading|finding module for package) .*\n/gm;

/** In front of a command: GOFLAGS=-mod=mod. */
const settingWord = /^(GO[A-Z0-9]+)=(.*)$/;

/** Changes the hash in one line of a go.sum, counted over and over. */
function forgeSum(file: string, at: number): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const line = lines[at % lines.length]!;
  lines[at % lines.length] = line.replace(/h1:..../, 'h1:AAAA');
  writeFileSync(file, lines.join(''));
}

/** A client with its main module and its caches. */
export class Place {
  readonly #folder: string;
  readonly #proxy: string;
  readonly #buildCache: string;
  readonly #sumDb: string;

  constructor(graph: Graph, dir: string, name: string, shared: { proxy: string; buildCache: string }) {
    this.#folder = join(dir, name);
    this.#proxy = shared.proxy;
    this.#buildCache = shared.buildCache;
    this.#sumDb = goSumDb(graph, shared.proxy);
    mkdirSync(this.main, { recursive: true });
    writeMain(graph, this.main);
  }

  get main(): string {
    return join(this.#folder, 'main');
  }

  async run(client: 'go' | 'tsgoget', words: readonly string[], release = goRelease): Promise<Outcome> {
    if (words[0] === 'rm' || words[0] === 'forge') {
      if (words[0] === 'rm') rmSync(join(this.main, words.at(-1)!), { recursive: true, force: true });
      else forgeSum(join(this.main, words[1]!), Number(words[2]));
      return this.#outcome({ code: 0, stdout: '', stderr: '' }, new Set());
    }
    const args = words.filter((word) => !settingWord.test(word));
    const settings = words.filter((word) => settingWord.test(word)).map((word) => settingWord.exec(word)!.slice(1));
    const cached = this.#cachedZips();
    const env = {
      PATH: process.env.PATH,
      HOME: this.#folder,
      GOPATH: join(this.#folder, 'gopath'),
      GOMODCACHE: join(this.#folder, 'cache'),
      GOCACHE: this.#buildCache,
      GOPROXY: `file://${this.#proxy}`,
      GOSUMDB: this.#sumDb,
      GOENV: 'off',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
      ...Object.fromEntries(settings),
      TSGOGET_GO_VERSION: release,
    };
    const place = { env, cwd: this.main };
    const program = { ...place, programName: 'go' };
    return this.#outcome(await (client === 'go' ? runGo(args, place) : runProgram(args, program)), cached);
  }

  /** As the progress lines name them: 'example.com/a v1.0.0'. */
  #cachedZips(): Set<string> {
    const downloads = join(this.#folder, 'cache/cache/download');
    if (!existsSync(downloads)) return new Set();
    const files = readdirSync(downloads, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.zip'));
    const plain = (name: string) => name.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return new Set(files.map((name) => plain(name).replace('/@v/', ' ').slice(0, -'.zip'.length)));
  }

  #outcome(
    { code, stdout, stderr }: { code: number | undefined; stdout: string; stderr: string },
    cached: ReadonlySet<string>,
  ): Outcome {
    const plain = (text: string) => text.replaceAll(this.#folder, 'HERE').replaceAll(this.#proxy, 'PROXY');
    const words = plain(stderr)
      .replaceAll(emptyEnd, '$1')
      .replaceAll(library, ' is not in std')
      .replaceAll(nameless, 'go: $&');
    return {
      status: code,
      stdout: plain(stdout),
      stderr: once(words.replace(progressLine, '')),
      progress: (words.match(progressLine) ?? []).map((line) => line.trimEnd()).sort(),
      cached,
      files: filesOf(this.main),
    };
  }
}

/** Go ends what it says of a security error with an empty line. */
const emptyEnd = /(see 'go help module-auth'\.\n)\n+/g;

/** Go adds its folder of that name; tsgoget, which may have none, the release. */
const library = / is not in std \([^()\n]*\)/g;

/** Go dies without its name in front where go.sum has another hash. */
const nameless = /^verifying (?=\S+@v)/gm;

/** Go repeats a message that is true of several packages; tsgoget says nothing twice. */
function once(text: string): string {
  return [...new Set(text.split(/^(?=go: )/m))].join('');
}

function filesOf(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files[file.slice(folder.length + 1)] = readFileSync(file, 'utf8');
  }
  return files;
}

/** Exit code 3 tells a refutation from a failure; go has 1 for both, and says so. */
export function exitAsGo(outcome: Outcome): Outcome {
  const isRefuted = outcome.status === 3 && /SECURITY ERROR|checksum mismatch/.test(outcome.stderr + outcome.stdout);
  return isRefuted ? { ...outcome, status: 1 } : outcome;
}

/** Where go itself breaks down, there is nothing to compare with. It does not vendor a package in which something is not Go; tsgoget copies it. */
const isPanic = (outcome: Outcome) => /^(?:go: )?(?:panic|internal error): /m.test(outcome.stderr);

export interface Comparison {
  readonly steps: readonly Step[];
  /** The last step ends differently. */
  readonly differs: boolean;
  /** The last step ends differently, and is meant to: the name of that difference. */
  readonly explained?: string | undefined;
}

/** Runs the command lines until one ends differently. */
export async function compareClients(graph: Graph, dir: string, buildCache: string): Promise<Comparison> {
  const proxy = join(dir, 'proxy');
  mkdirSync(proxy, { recursive: true });
  writeProxy(graph, proxy);
  const shared = { proxy, buildCache };
  const places = { go: new Place(graph, dir, '1', shared), tsgoget: new Place(graph, dir, '2', shared) };
  const steps: Step[] = [];
  let before: Outcome['files'] = Object.fromEntries(graph.main);
  for (const args of graph.commands) {
    const [go, tsgoget] = await Promise.all([places.go.run('go', args), places.tsgoget.run('tsgoget', args)]);
    steps.push({ args, go, tsgoget });
    if (isPanic(go)) break;
    if (!isSame(go, exitAsGo(tsgoget))) {
      const explained = explainDifference(steps.at(-1)!, graph, before);
      return { steps, differs: explained === undefined, explained };
    }
    before = tsgoget.files;
  }
  return { steps, differs: false };
}

/** What one of the two had already, because it looks ahead, only the other one has to download now. */
export function isSame(a: Outcome, b: Outcome): boolean {
  const seen = ({ files, progress, cached: _, ...rest }: Outcome, other: Outcome) => {
    const news = progress.filter((line) => !other.cached.has(line.replace('go: downloading ', '')));
    return JSON.stringify({ ...rest, progress: news, files: Object.entries(files).sort() });
  };
  return seen(a, b) === seen(b, a);
}

/** Whether the go command, asked again, ends in another way than it did: then nobody can say the same. */
export async function goIsSteady(graph: Graph, steps: readonly Step[], dir: string, buildCache: string) {
  const proxy = join(dir, 'proxy');
  if (!existsSync(proxy)) throw new Error(`${proxy}: not written`);
  for (let round = 0; round < 3; round++) {
    const again = new Place(graph, dir, `again${round}`, { proxy, buildCache });
    for (const { args, go } of steps) if (!isSame(await again.run('go', args), go)) return false;
  }
  return true;
}

/** Both sides of a step, where they differ. */
export function describeDifference({ args, go, tsgoget }: Step): { args: string; go: object; tsgoget: object } {
  const sides = [go, tsgoget].map(({ files, cached: _, ...rest }, i) => {
    const others = [tsgoget, go][i]!.files;
    const differing = Object.entries(files).filter(([name, text]) => others[name] !== text);
    return { ...rest, files: Object.fromEntries(differing) };
  });
  return { args: args.join(' '), go: sides[0]!, tsgoget: sides[1]! };
}

/**
 * What a client, go unless told, said and wrote in each step, as it is kept with a graph: what it fetched left out, and of the files those
 * that the step changed.
 */
export function outcomesOf(steps: readonly { readonly go: Outcome }[], release = goRelease ?? ''): Map<string, string> {
  const outcomes = new Map<string, string>([['release', `${release}\n`]]);
  let before: Readonly<Record<string, string>> = {};
  for (const [i, { go }] of steps.entries()) {
    outcomes.set(`${i}/status`, `${go.status}\n`);
    if (go.stdout !== '') outcomes.set(`${i}/stdout`, go.stdout);
    if (go.stderr !== '') outcomes.set(`${i}/stderr`, go.stderr);
    for (const [name, text] of Object.entries(go.files)) {
      if (before[name] !== text && (i > 0 || /^go\.(?:mod|sum)$|^(?:vendor|out)\//.test(name)))
        outcomes.set(`${i}/files/${name}`, text);
    }
    before = go.files;
  }
  return outcomes;
}
