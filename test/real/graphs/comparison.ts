/**
 * The command lines of a graph, run by the go command and by tsgoget: each in a folder of its own with the same main module, an empty
 * module cache and the same file:// proxy. What is seen of a run is its output, its exit code and all files of the main module.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../support/run-main.js';
import { runGo } from '../go-command.js';
import { type Graph, writeMain, writeProxy } from './graph.js';

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

/** A client with its main module and its caches. */
export class Place {
  readonly #folder: string;
  readonly #proxy: string;
  readonly #buildCache: string;

  constructor(graph: Graph, dir: string, name: string, shared: { proxy: string; buildCache: string }) {
    this.#folder = join(dir, name);
    this.#proxy = shared.proxy;
    this.#buildCache = shared.buildCache;
    mkdirSync(this.main, { recursive: true });
    writeMain(graph, this.main);
  }

  get main(): string {
    return join(this.#folder, 'main');
  }

  async run(client: 'go' | 'tsgoget', args: readonly string[], release = goRelease): Promise<Outcome> {
    if (args[0] === 'rm') {
      rmSync(join(this.main, args.at(-1)!), { recursive: true, force: true });
      return this.#outcome({ code: 0, stdout: '', stderr: '' }, new Set());
    }
    const cached = this.#cachedZips();
    const env = {
      PATH: process.env.PATH,
      HOME: this.#folder,
      GOPATH: join(this.#folder, 'gopath'),
      GOMODCACHE: join(this.#folder, 'cache'),
      GOCACHE: this.#buildCache,
      GOPROXY: `file://${this.#proxy}`,
      GOSUMDB: 'off',
      GOENV: 'off',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
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
    const words = plain(stderr);
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

/** Where go itself breaks down, there is nothing to compare with. It does not vendor a package in which something is not Go; tsgoget copies it. */
const isPanic = (outcome: Outcome) => /^(?:go: )?(?:panic|internal error): /m.test(outcome.stderr);

/** Runs the command lines until one ends differently; the last step is that one, if `differs`. */
export async function compareClients(
  graph: Graph,
  dir: string,
  buildCache: string,
): Promise<{ steps: readonly Step[]; differs: boolean }> {
  const proxy = join(dir, 'proxy');
  mkdirSync(proxy, { recursive: true });
  writeProxy(graph, proxy);
  const shared = { proxy, buildCache };
  const places = { go: new Place(graph, dir, '1', shared), tsgoget: new Place(graph, dir, '2', shared) };
  const steps: Step[] = [];
  for (const args of graph.commands) {
    const [go, tsgoget] = await Promise.all([places.go.run('go', args), places.tsgoget.run('tsgoget', args)]);
    steps.push({ args, go, tsgoget });
    if (isPanic(go)) break;
    if (!isSame(go, tsgoget)) return { steps, differs: true };
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
