/**
 * Random module graphs with packages: modules whose versions import and require each other, more or less as authors do. How much
 * goes wrong in a graph (missing requirements, packages that moved, excludes, broken go.mod files) is drawn with it.
 */
import { Draw } from '../random.js';
import { type Lie, lies } from './checksum-log.js';
import { drawCommands } from './command-lines.js';
import { type PackageSource, packageFiles } from './go-files.js';
import type { Graph } from './graph.js';
import { addWorkspace, breakSome, mainFile, versionFile } from './mod-files.js';

export interface DrawnVersion {
  readonly version: string;
  /** In the proxy's list; pseudo-versions are not. */
  readonly listed: boolean;
  readonly packages: readonly PackageSource[];
  /** path → version */
  readonly requires: ReadonlyMap<string, string>;
  readonly goLine: string;
}

export interface DrawnModule {
  readonly path: string;
  readonly versions: readonly DrawnVersion[];
}

export interface Universe {
  readonly draw: Draw;
  /** 0: all as it should be; 1: much is wrong. */
  readonly noise: number;
  readonly modules: DrawnModule[];
}

const folders = ['x', 'y', 'z/w', 'sub', 'sub/deep', 'internal/q', 'cmd/tool', 'testdata/t', '_off', 'v2'];
const goLines = [
  '',
  '1.14',
  '1.15',
  '1.16',
  '1.16',
  '1.17',
  '1.17',
  '1.18',
  '1.20',
  '1.21',
  '1.21.3',
  '1.22.0',
  '1.24',
  '1.25.1',
  '1.26',
];

function drawPaths(draw: Draw): string[] {
  const paths: string[] = [];
  const count = draw.int(2, 8);
  for (let i = 0; i < count; i++) {
    const letter = String.fromCharCode(97 + i);
    const base = `example.com/${letter}`;
    const shapes: (readonly [number, readonly string[]])[] = [
      [6, [base]],
      [2, [base, `${base}/sub`]],
      [2, [base, `${base}/v2`]],
      [1, [`example.com/Up/${letter}`]],
      [1, [`gopkg.in/${letter}.v1`]],
      [1, [`${base}/v3`]],
      [0.5, [base, `${base}/sub`, `${base}/sub/deep`]],
      [0.5, [`example.com/main/${letter}`]],
      [0.3, [`gopkg.in/${letter}.v1`, `gopkg.in/${letter}.v2`]],
    ];
    paths.push(...draw.weighted(shapes));
  }
  return paths;
}

function drawVersions(draw: Draw, path: string): { version: string; listed: boolean }[] {
  const major = /[./]v(\d+)$/.exec(path)?.[1];
  const m = major === undefined ? draw.pick(['v0', 'v1', 'v1']) : `v${major}`;
  const all = [
    `${m}.0.0`,
    `${m}.1.0`,
    `${m}.1.1`,
    `${m}.2.0-rc.1`,
    `${m}.2.0`,
    `${m}.2.1-0.20200102030405-abcdefabcdef`,
    `${m}.3.0-beta`,
  ];
  const versions = draw.some(all, 0.5);
  if (versions.length === 0 || draw.chance(0.7)) versions.push(`${m}.10.0`);
  if (draw.chance(0.15)) versions.push(`${m}.11.0-pre`);
  if (draw.chance(0.05))
    versions.splice(0, versions.length, `${major === undefined ? 'v0' : m}.0.0-20210304050607-0123456789ab`);
  if (major === undefined && draw.chance(0.15))
    versions.push('v2.0.0+incompatible', ...draw.some(['v3.1.0+incompatible'], 0.5));
  const fits = (version: string) => major === undefined || version.startsWith(m);
  return versions.filter(fits).map((version) => ({ version, listed: !/\d{14}-/.test(version) }));
}

/** Where a package is, as its path says. */
const packagePath = (module: string, dir: string) => (dir === '' ? module : `${module}/${dir}`);

/** The packages that a module has by and by, and whom they import. */
class History {
  readonly #draw: Draw;
  readonly #noise: number;
  readonly #targets: () => readonly string[];
  #packages: PackageSource[] = [];

  constructor(universe: Universe, dirs: readonly string[], targets: () => readonly string[]) {
    this.#draw = universe.draw;
    this.#noise = universe.noise;
    this.#targets = targets;
    for (const dir of dirs) this.#packages.push(this.#fresh(dir));
  }

  #imports(most: number): string[] {
    const targets = this.#targets();
    if (targets.length === 0) return [];
    const found = this.#draw.sample(targets, this.#draw.int(0, most));
    if (this.#draw.chance(0.02 * this.#noise))
      found.push(this.#draw.pick(['example.com/none', 'example.com/a/missing', 'nodot/pkg', 'example.org/x/y']));
    return found;
  }

  #fresh(dir: string): PackageSource {
    return { dir, imports: this.#imports(3), testImports: this.#draw.chance(0.4) ? this.#imports(2) : [] };
  }

  /** The packages of the next version. */
  next(dropped: readonly string[]): readonly PackageSource[] {
    const draw = this.#draw;
    const current = this.#packages;
    this.#packages = current.filter(
      ({ dir }) => !dropped.includes(dir) && !(dir !== '' && draw.chance(0.08 * this.#noise)),
    );
    this.#packages = this.#packages.map((p) => (draw.chance(0.25) ? this.#fresh(p.dir) : p));
    if (draw.chance(0.2)) {
      const dir = draw.pick(folders);
      if (!this.#packages.some((p) => p.dir === dir)) this.#packages.push(this.#fresh(dir));
    }
    return current;
  }
}

/** A module version that is required of `path`: `age` (0 to 1) says how late in its history. */
function drawVersion({ draw, noise }: Universe, module: DrawnModule, age: number): string {
  const last = module.versions.length - 1;
  const at = draw.chance(0.2 + noise / 2) ? draw.int(0, last) : Math.round(age * last);
  return module.versions[at]!.version;
}

/** The requirements that the imports call for, and then some; `mostly` is how many of them are there. */
export function drawRequires(
  universe: Universe,
  self: string,
  packages: readonly PackageSource[],
  o: { goLine: string; age: number },
): Map<string, string> {
  const { draw, noise, modules } = universe;
  const requires = new Map<string, string>();
  const mostly = 1 - 0.25 * noise;
  const provider = (path: string) => {
    const fitting = modules.filter((m) => path === m.path || path.startsWith(`${m.path}/`));
    const having = fitting.filter((m) =>
      m.versions.some((v) => v.packages.some((p) => packagePath(m.path, p.dir) === path)),
    );
    return having.length === 0 ? undefined : draw.pick(having);
  };
  for (const { imports, testImports } of packages) {
    for (const path of [...imports, ...testImports]) {
      const module = provider(path);
      if (module === undefined || module.path === self || requires.has(module.path) || !draw.chance(mostly)) continue;
      requires.set(module.path, drawVersion(universe, module, o.age));
    }
  }
  for (const module of modules) {
    if (module.path !== self && !requires.has(module.path) && draw.chance(0.12 * noise))
      requires.set(module.path, drawVersion(universe, module, o.age));
  }
  const isPruned = o.goLine !== '' && !/^1\.1[0-6]$/.test(o.goLine);
  if (isPruned && draw.chance(1 - noise / 3)) addIndirect(universe, self, requires);
  return requires;
}

/** What the requirements require, as a tidy go.mod of Go 1.17 lists it. */
function addIndirect({ modules }: Universe, self: string, requires: Map<string, string>): void {
  const queue = [...requires];
  for (let at = 0; at < queue.length; at++) {
    const [path, version] = queue[at]!;
    const module = modules.find((m) => m.path === path);
    const found = module?.versions.find((v) => v.version === version);
    for (const [below, wanted] of found?.requires ?? []) {
      const other = modules.find((m) => m.path === below);
      const rank = (v: string) => other?.versions.findIndex((o) => o.version === v) ?? -1;
      const had = requires.get(below);
      if (below === self || (had !== undefined && rank(had) >= rank(wanted))) continue;
      requires.set(below, wanted);
      queue.push([below, wanted]);
    }
  }
}

function drawModules(universe: Universe): void {
  const { draw, noise, modules } = universe;
  const paths = drawPaths(draw);
  const available: string[] = [];
  const newest = draw.chance(0.06) ? 0.1 : 0;
  for (const path of paths) {
    const versions: DrawnVersion[] = [];
    const nested = paths.filter((other) => other.startsWith(`${path}/`)).map((other) => other.slice(path.length + 1));
    const dirs = ['', ...draw.sample(folders, draw.int(0, 3))].filter((dir) => dir !== '' || !draw.chance(0.2 * noise));
    if (nested.length > 0 && draw.chance(0.2 + 0.5 * noise)) dirs.push(...nested.filter((dir) => !dirs.includes(dir)));
    const everything = () => paths.flatMap((p) => [p, ...draw.sample(folders, 2).map((dir) => `${p}/${dir}`)]);
    const history = new History(universe, dirs, () => (draw.chance(0.03 * noise) ? everything() : available));
    const drawn = drawVersions(draw, path).filter(
      (v) => noise > 0 || nested.length === 0 || !v.version.endsWith('+incompatible'),
    );
    const module = { path, versions };
    modules.push(module);
    for (const [i, { version, listed }] of drawn.entries()) {
      const age = drawn.length < 2 ? 1 : i / (drawn.length - 1);
      const packages = history.next(draw.chance(0.5) ? nested : []);
      const goLine = draw.chance(newest) ? '1.27' : draw.pick(goLines);
      const isBare = version.endsWith('+incompatible');
      const requires = isBare ? new Map<string, string>() : drawRequires(universe, path, packages, { goLine, age });
      versions.push({ version, listed, packages, requires, goLine: isBare ? '' : goLine });
    }
    const isKept = (dir: string) => noise > 0.5 || versions.every((v) => v.packages.some((p) => p.dir === dir));
    const dirsOf = new Set(versions.flatMap((v) => v.packages.map((p) => p.dir)));
    for (const dir of [...dirsOf].filter(isKept))
      if (!/internal|testdata|_off|cmd/.test(dir) || draw.chance(0.1)) available.push(packagePath(path, dir));
  }
  // what comes later can be required by what came before it: the graph has cycles
  for (const module of modules) {
    if (!draw.chance(0.25)) continue;
    const other = draw.pick(modules);
    const at = draw.int(0, module.versions.length - 1);
    const version = module.versions[at]!;
    if (other === module || version.version.endsWith('+incompatible')) continue;
    const requires = new Map(version.requires).set(other.path, drawVersion(universe, other, 0.5));
    (module.versions as DrawnVersion[])[at] = { ...version, requires };
  }
}

/** The graph of a seed, with the command lines that are to be run in it. */
export function drawGraph(seed: number): Graph {
  const draw = new Draw(seed);
  const noise = draw.weighted([
    [7, 0],
    [3, 0.25],
    [1.3, 1],
  ]);
  const universe: Universe = { draw, noise, modules: [] };
  drawModules(universe);
  const proxy = new Map<string, string>();
  const zips = new Map<string, Map<string, string>>();
  let second = 0;
  for (const module of universe.modules) {
    const folder = `${module.path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`)}/@v`;
    const listed = module.versions.filter((v) => v.listed).map((v) => v.version);
    proxy.set(`${folder}/list`, listed.map((v) => `${v}\n`).join(''));
    for (const version of module.versions) {
      const at = `${folder}/${version.version}`;
      const goMod = versionFile(universe, module, version);
      const stamp = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-[0-9a-f]{12}$/.exec(version.version);
      const time = stamp
        ? `${stamp[1]}-${stamp[2]}-${stamp[3]}T${stamp[4]}:${stamp[5]}:${stamp[6]}Z`
        : new Date(Date.UTC(2020, 0, 2, 3, 4, 5 + 3600 * second++)).toISOString().replace('.000Z', 'Z');
      const info = `${JSON.stringify({ Version: version.version, Time: time })}\n`;
      proxy.set(`${at}.info`, info);
      if (stamp && draw.chance(0.7))
        proxy.set(`${folder}/${draw.pick(['main', version.version.slice(-12)])}.info`, info);
      if (listed.length === 0) proxy.set(`${folder.slice(0, -1)}latest`, info);
      proxy.set(`${at}.mod`, goMod);
      const files = new Map<string, string>();
      if (!version.version.endsWith('+incompatible')) files.set('go.mod', goMod);
      for (const source of version.packages)
        for (const [name, text] of packageFiles(draw, source, universe)) files.set(name, text);
      zips.set(`${at}.zip`, files);
    }
  }
  breakSome(universe, proxy, zips);
  const main = mainFile(universe);
  if (draw.chance(0.12)) addWorkspace(universe, main);
  if (draw.chance(0.06)) main.set('other.mod', main.get('go.mod')!);
  const log = draw.chance(0.35) ? drawLies(universe) : undefined;
  const graph = { title: `seed ${seed}, noise ${noise}`, main, proxy, zips, lies: log };
  return { ...graph, commands: drawCommands(universe, main) };
}

/** What is wrong with the checksum database: mostly nothing, or the record of one version. */
function drawLies({ draw, modules }: Universe): Map<string, Lie> {
  const told = new Map<string, Lie>();
  for (
    let count = draw.weighted([
      [4, 0],
      [4, 1],
      [1, 2],
    ]);
    count > 0;
    count--
  ) {
    const { path, versions } = draw.pick(modules);
    told.set(`${path}@${draw.pick(versions).version}`, draw.pick(lies));
  }
  return told;
}
