/**
 * The ground on which the verdicts of the go command and of tsgoget are compared: one mirror and one checksum database for both, a main
 * module and a GOPATH for each, and the ways in which all of that can be made wrong.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hash1, hashGoMod } from '../../src/dirhash/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import type { Fault, MirrorModule } from '../support/fixture-mirror.js';
import { fixtureModules, logOf, openWorld, sumsOf, type World } from '../support/fixture-world.js';
import { type RawZipEntry, type RawZipOptions, writeZip } from '../support/module-zip-writer.js';
import { runCli } from '../support/run-cli.js';
import { runGo } from './go-command.js';

/** The module version that things go wrong with. */
export const path = 'example.com/words';
export const version = 'v0.3.1';
export const modules = fixtureModules();
export const victim = modules.find((m) => m.path === path && m.version === version)!;
const others = modules.filter((m) => m !== victim);
export const sums = sumsOf(victim);
export const zipLine = `${path} ${version} ${sums.zip}\n`;
export const modLine = `${path} ${version}/go.mod ${sums.mod}\n`;
export const goSum = zipLine + modLine;
export const lookupPath = `/lookup/${path}@${version}`;
/** The lowest tile of the fixtures' tree. */
export const tilePath = `/tile/8/0/000.p/${modules.length}`;
/** What the main module is unless a case says otherwise. */
export const mainGoMod = `module example.com/me\n\ngo 1.21\n\nrequire ${path} ${version}\n`;

/** The victim with other content; with another go.mod too. */
export const evil = {
  ...victim,
  files: { ...victim.files, 'words.go': 'package words\n\nfunc init() { panic("evil") }\n' },
};
const evilMod = { ...evil, files: { ...evil.files, 'go.mod': `module ${path}\n\ngo 1.19\n` } };
const zipOf = ({ files }: typeof evil) =>
  writeZip(Object.entries(files).map(([name, data]) => ({ name: `${path}@${version}/${name}`, data })));
export const evilZipBytes = zipOf(evil);
export const evilZip: Fault = { path: `${version}.zip`, body: evilZipBytes };
export const evilGoMod: Fault = { path: `${version}.mod`, body: evilMod.files['go.mod'] };

/** What both programs meet. */
export interface Ground {
  readonly world: World;
  /** What the database answers from. */
  log: FixtureLog;
  readonly faults: Fault[];
  /** On top of the world's settings. */
  env: Record<string, string | undefined>;
  /** Closed at the end. */
  readonly servers: AsyncDisposable[];
}

/** One of the two programs, with folders of its own. */
export interface Place {
  readonly client: 'go' | 'tsgoget';
  readonly gopath: string;
  readonly main: string;
  /** A file of cache/download. */
  downloaded(name: string): string;
  /** A file of the victim's folder. */
  extracted(name: string): string;
  /** The stored tree head. */
  readonly latest: string;
  /** Runs a command of the program; in what it prints, its folders are MAIN and GOPATH. */
  run(command: string): Promise<Result>;
}

export interface Result {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** `yes`: it succeeds; `no`: it fails, exit 1; `refuted`: it says that something contradicts the data: tsgoget exits with 3, go with 1. */
export type Verdict = 'yes' | 'no' | 'refuted';

/** A thing that is wrong, or not. */
export interface Case {
  /** What both say; go's verdict alone where `ours` has another. */
  readonly verdict: Verdict;
  /** The words that decide, in what both print. */
  readonly says?: RegExp;
  /** tsgoget's own verdict, with the reason and the words that decide, if it is not go's. */
  readonly ours?: {
    readonly verdict: Verdict;
    readonly because: string;
    readonly says?: RegExp;
    /** What go writes to go.sum, and tsgoget does not. */
    readonly unwritten?: string;
  };
  /** Of the main module, besides go.mod; null for no main module. */
  readonly files?: Readonly<Record<string, string | Uint8Array>> | null;
  readonly ground?: (ground: Ground) => unknown;
  /** A command that must succeed before. */
  readonly first?: string;
  /** What happens after the first command. */
  readonly after?: (place: Place, ground: Ground) => unknown;
  /** The command that is judged; otherwise `mod download` of the victim. */
  readonly run?: string;
}

export const download = `mod download ${path}@${version}`;

/** What a program said in the end, and what its main module holds then. */
export interface Outcome extends Result {
  readonly goMod: string;
  readonly goSum: string;
}

/** Runs a case for both programs. */
export async function judge(c: Case): Promise<{ go: Outcome; tsgoget: Outcome }> {
  const honest = logOf(modules);
  let ground: Ground;
  await using world = await openWorld({ log: () => ground?.log ?? honest });
  const env = { GOFLAGS: '-modcacherw', GOSUMDB: honest.verifierKey };
  ground = { world, log: honest, faults: world.mirror.faults, env, servers: [] };
  await c.ground?.(ground);
  const start = { log: ground.log, env: ground.env };
  const outcome = async (client: Place['client']): Promise<Outcome> => {
    Object.assign(ground, start);
    const place = placeOf(client, ground, c.files);
    if (c.first) expect(await place.run(c.first), `${client} ${c.first}`).toMatchObject({ code: 0, stderr: '' });
    await c.after?.(place, ground);
    const result = await place.run(c.run ?? download);
    const read = (name: string) => {
      const file = join(place.main, name);
      return existsSync(file) ? readFileSync(file, 'latin1') : '';
    };
    return { ...result, goMod: read('go.mod'), goSum: read('go.sum') };
  };
  try {
    return { go: await outcome('go'), tsgoget: await outcome('tsgoget') };
  } finally {
    for (const server of ground.servers) await server[Symbol.asyncDispose]();
  }
}

function placeOf(client: Place['client'], ground: Ground, files: Case['files']): Place {
  const { world } = ground;
  const gopath = join(world.dir, client, 'gopath');
  const main = join(world.dir, client, 'main');
  mkdirSync(gopath, { recursive: true });
  mkdirSync(main);
  const named: Case['files'] = files === null ? {} : { 'go.mod': mainGoMod, ...files };
  for (const [name, data] of Object.entries(named)) writeFileSync(join(main, name), data);
  return {
    client,
    gopath,
    main,
    downloaded: (name) => join(gopath, 'pkg/mod/cache/download', name),
    extracted: (name) => join(gopath, `pkg/mod/${path}@${version}`, name),
    latest: join(gopath, 'pkg/sumdb', ground.log.name, 'latest'),
    run: async (command) => {
      const env = { ...world.env, GOPATH: gopath, GOMODCACHE: join(gopath, 'pkg/mod'), ...ground.env };
      const args = command.split(' ');
      const { code, stdout, stderr } =
        client === 'go' ? await runGo(args, { env, cwd: main }) : await runCli(args, { env, cwd: main, as: 'go' });
      const nameless = (text: string) => text.replaceAll(main, 'MAIN').replaceAll(gopath, 'GOPATH');
      return { code, stdout: nameless(stdout), stderr: nameless(stderr) };
    },
  };
}

/** Several things that are wrong, one after the other. */
export const all =
  (...steps: ((g: Ground) => unknown)[]) =>
  async (g: Ground) => {
    for (const step of steps) await step(g);
  };

/** The mirror's faults. */
export const faulty =
  (...faults: Fault[]) =>
  (g: Ground) =>
    g.faults.push(...faults);

export const settings = (env: Ground['env']) => (g: Ground) => {
  g.env = { ...g.env, ...env };
};

/** The first bytes of what follows an answer's record. */
export const noteOfAnswer = /go\.sum database tree[\s\S]*$/;

/** The database answers the victim's look-up with another text. */
export const answering = (change: (text: string, log: FixtureLog) => string) => (g: Ground) =>
  g.log.forge(lookupPath, (body) => Buffer.from(change(Buffer.from(body).toString(), g.log)));

/** The victim's record has this text. */
export const recording = (text: string) => (g: Ground) => {
  g.log = logOf(others);
  g.log.addText(path, version, text);
};

/** The database shows another history, from the third record before the end on. */
export function fork(g: Ground, more = 0): void {
  const forked = g.log.fork(modules.length - 3);
  for (const m of modules.slice(-3)) forked.add(m.path, m.version, sumsOf(evil).zip, sumsOf(evil).mod);
  g.log = forked.pad(more);
}

/** A record and the tile of level 0 are forged, under the honest head of a tree of that size; the mirror serves what they say. */
export const forgedTile = (size: number) => (g: Ground) => {
  const honest = g.log.pad(size - modules.length);
  const forged = logOf(modules.map((m) => (m === victim ? evilMod : m))).pad(size - modules.length);
  const lie = new FixtureLog({ signer: honest.signer });
  lie.respond = (asked) => {
    if (/^\/tile\/8\/(?:0\/000|data\/)/.test(asked)) return forged.respond(asked);
    if (!asked.startsWith('/lookup/')) return honest.respond(asked);
    const text = Buffer.from(forged.respond(asked).body).toString();
    return { status: 200, body: Buffer.from(text.replace(noteOfAnswer, honest.note())) };
  };
  g.log = lie;
  g.faults.push(evilGoMod, { path: '.zip', body: zipOf(evilMod) });
};

/** A module that the mirror serves besides, whatever the database knows of it. */
export const serving = (module: MirrorModule) => (g: Ground) => g.world.mirror.add(module);

const odd = { path: 'example.com/odd', version: 'v1.0.0' };
export const downloadOdd = `mod download ${odd.path}@${odd.version}`;

/** A module whose zip is made of these entries. Its hash is on record: what is wrong with it is its form alone. */
export const oddZip = (entries: (prefix: string) => RawZipEntry[], options?: RawZipOptions) => (g: Ground) => {
  const listed = entries(`${odd.path}@${odd.version}/`);
  const mod = `module ${odd.path}\n`;
  const contents = new Map(listed.map(({ name, data = '' }) => [String(name), Buffer.from(data)]));
  const h1 = hash1([...contents.keys()], (name) => contents.get(name)!);
  g.log.add(odd.path, odd.version, h1, hashGoMod(Buffer.from(mod)));
  g.world.mirror.add({ ...odd, mod, zip: writeZip(listed, options) });
};
