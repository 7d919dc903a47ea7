/**
 * A small world for the built program: a mirror and a checksum database over fixtures/modules, folders of its own, and
 * the settings that point there. Each world is apart from all others.
 *
 *   await using world = await startWorld();
 *   const { code, stdout } = await world.run(['resolve', 'example.com/app']);
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash1, hashGoMod } from '../../src/dirhash/index.js';
import { removeTree } from '../../src/files/folder.js';
import { noWayOut } from './closed-door.js';
import { FixtureLog } from './fixture-log.js';
import { type Mirror, type MirrorModule, type MirrorOptions, moduleOfTxtar, startMirror } from './fixture-mirror.js';
import { parseTxtar } from './txtar.js';

const fixtures = fileURLToPath(new URL('../../fixtures/modules/', import.meta.url));

/** The modules of fixtures/modules; a second line `revisions …` of an archive names branches and commits. */
export function fixtureModules(folder = fixtures): MirrorModule[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txtar'));
  return names.sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const comment = Buffer.from(parseTxtar(text).comment).toString();
    const revisions = /^revisions (.+)$/m.exec(comment)?.[1]?.split(' ');
    return { ...moduleOfTxtar(text), ...(revisions && { revisions }) };
  });
}

/** The go.mod that the mirror serves for a module. */
export function goModOf(m: MirrorModule): Uint8Array {
  return Buffer.from(m.mod ?? m.files?.['go.mod'] ?? `module ${m.path}\n`);
}

/** The h1: hashes of a module as it is: of its zip, of its go.mod. */
export function sumsOf(m: MirrorModule): { zip: string; mod: string } {
  const files = new Map(
    Object.entries(m.files ?? {}).map(([name, data]) => [`${m.path}@${m.version}/${name}`, Buffer.from(data)]),
  );
  return { zip: hash1([...files.keys()], (name) => files.get(name)!), mod: hashGoMod(goModOf(m)) };
}

/** A checksum database that holds the true hashes of the modules. */
export function logOf(modules: readonly MirrorModule[], log = new FixtureLog()): FixtureLog {
  for (const m of modules) {
    const { zip, mod } = sumsOf(m);
    log.add(m.path, m.version, zip, mod);
  }
  return log;
}

export interface WorldOptions extends Omit<MirrorOptions, 'modules' | 'log'> {
  /** The folder of module archives, instead of fixtures/modules. */
  readonly fixtures?: string;
  /** Besides the fixtures; their hashes are in the log too. */
  readonly modules?: readonly MirrorModule[];
  /** Settings besides the world's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Instead of one with the hashes of all modules; a function is asked at each request. */
  readonly log?: FixtureLog | (() => FixtureLog);
}

/** A fixture world without a way to run the program: for the demo too. */
export interface World extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly log: FixtureLog;
  readonly modules: readonly MirrorModule[];
  /** Holds all that follows. */
  readonly dir: string;
  readonly gopath: string;
  readonly modcache: string;
  /** A folder without go.mod. */
  readonly outside: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes a main module with these files; go.mod alone may be given as text. Returns its folder. */
  mainModule(files: string | Readonly<Record<string, string>>): string;
  /** The files of GOPATH (module cache, tree heads) with what they hold; locks and folders are left out. */
  snapshot(): Map<string, string>;
  /** A file of cache/download. */
  downloaded(name: string): string;
  close(): Promise<void>;
}

/** Starts the servers and makes the folders. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const modules = [...fixtureModules(options.fixtures), ...(options.modules ?? [])];
  const { log: given = logOf(modules) } = options;
  const current = typeof given === 'function' ? given : () => given;
  const log = current();
  const served = { name: log.name, respond: (path: string) => current().respond(path) };
  const mirror = await startMirror({ ...options, modules, log: served });
  const dir = mkdtempSync(join(tmpdir(), 'tsgoget-world-'));
  const gopath = join(dir, 'gopath');
  const modcache = join(gopath, 'pkg', 'mod');
  const outside = join(dir, 'outside');
  mkdirSync(outside);
  let modulesMade = 0;
  const close = async () => {
    await mirror.close();
    await removeTree(dir);
  };
  return {
    mirror,
    log,
    modules,
    dir,
    gopath,
    modcache,
    outside,
    env: {
      GOENV: 'off',
      GOPATH: gopath,
      GOMODCACHE: modcache,
      GOPROXY: mirror.url,
      GOSUMDB: log.verifierKey,
      GONOSUMDB: '',
      GOPRIVATE: '',
      GOFLAGS: '',
      ...noWayOut, // direct asks the sites of modules
      ...options.env,
    },
    mainModule(files) {
      const folder = join(dir, `main${modulesMade++}`);
      for (const [name, text] of Object.entries(typeof files === 'string' ? { 'go.mod': files } : files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return folder;
    },
    snapshot: () => snapshotOf(gopath),
    downloaded: (name) => join(modcache, 'cache', 'download', name),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The files under a folder with what they hold; locks (which outlive their use) and folders are left out. */
export function snapshotOf(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (at: string) => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const name = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (!name.endsWith('.lock') && entry.name !== 'lock')
        found.set(name, readFileSync(join(folder, name), 'latin1'));
    }
  };
  try {
    visit('');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return found;
}
