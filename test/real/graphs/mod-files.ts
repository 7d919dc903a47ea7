/** The go.mod files of a random graph: of each version, of the main module with its folders; and what is broken afterwards. */
import { type PackageSource, packageFiles } from './go-files.js';
import { type DrawnModule, type DrawnVersion, drawRequires, type Universe } from './graph-generator.js';

const isOld = (goLine: string) => goLine === '' || /^1\.1[0-6]$/.test(goLine);

/** Requirements as authors write them: in one block, in two, or each on its line. */
function requireLines(
  { draw }: Universe,
  requires: ReadonlyMap<string, string>,
  direct: ReadonlySet<string>,
  tidy: boolean,
): string {
  const entries = [...requires].sort(([a], [b]) => (a < b ? -1 : 1));
  if (!tidy && draw.chance(0.3)) entries.reverse();
  const mark = (path: string) => (tidy || draw.chance(0.8) ? !direct.has(path) : direct.has(path));
  const line = ([path, version]: [string, string]) => `${path} ${version}${mark(path) ? ' // indirect' : ''}`;
  if (entries.length === 0) return '';
  if (draw.chance(0.15)) return `${entries.map((entry) => `require ${line(entry)}\n`).join('')}\n`;
  const block = (some: [string, string][]) =>
    some.length === 0 ? '' : `require (\n${some.map((entry) => `\t${line(entry)}\n`).join('')})\n\n`;
  if (draw.chance(0.6))
    return block(entries.filter(([path]) => direct.has(path))) + block(entries.filter(([path]) => !direct.has(path)));
  return block(entries);
}

function directOf(universe: Universe, packages: readonly PackageSource[]): Set<string> {
  const imports = packages.flatMap((p) => [...p.imports, ...p.testImports]);
  return new Set(
    universe.modules.map((m) => m.path).filter((path) => imports.some((i) => i === path || i.startsWith(`${path}/`))),
  );
}

function retractLines({ draw }: Universe, module: DrawnModule): string {
  const { versions } = module;
  const some = () => draw.pick(versions).version;
  return draw.pick([
    `retract ${some()} // a mistake\n`,
    `retract (\n\t// worse\n\t${some()}\n\t${some()}\n)\n`,
    `retract [${versions[0]!.version}, ${versions[Math.floor(versions.length / 2)]!.version}] // old\n`,
    `// nothing\n// of this\nretract ${some()}\n`,
  ]);
}

/** The go.mod of a version. */
export function versionFile(universe: Universe, module: DrawnModule, version: DrawnVersion): string {
  const { draw, noise } = universe;
  const head = draw.chance(0.07)
    ? `// Deprecated: use example.com/other\n// instead.\nmodule ${module.path}\n`
    : `module ${module.path}\n`;
  if (version.version.endsWith('+incompatible')) return `module ${module.path}\n`;
  const goLine = version.goLine === '' ? '' : `\ngo ${version.goLine}\n`;
  const toolchain = draw.chance(0.06) ? `\ntoolchain ${draw.pick(['go1.21.5', 'go1.24.4', 'go1.26.3'])}\n` : '';
  const lines = requireLines(universe, version.requires, directOf(universe, version.packages), true);
  const retract = draw.chance(0.12) ? retractLines(universe, module).replaceAll(/.*\+incompatible.*\n/g, '') : '';
  const ignored = draw.chance(0.05 * noise) ? 'exclude example.com/a v1.1.0\n\nreplace example.com/a => ../a\n' : '';
  return `${head}${goLine}${toolchain}\n${lines}${retract}${ignored}`;
}

const mainDirs = ['', 'x', 'y', 'cmd/app', 'internal/i', 'testdata/t', '_off', 'sub', 'vendored/v', 'b/deep'];

/** The files of the main module, or of another module of its workspace; `friends` are packages of the other ones. */
export function mainFile(
  universe: Universe,
  self = 'example.com/main',
  friends: readonly string[] = [],
): Map<string, string> {
  const { draw, noise, modules } = universe;
  const files = new Map<string, string>();
  const targets = modules.flatMap((m) => {
    const late = m.versions[draw.int(Math.floor(m.versions.length / 2), m.versions.length - 1)]!;
    return late.packages
      .filter((p) => noise > 0.5 || m.versions.every((v) => v.packages.some((o) => o.dir === p.dir)))
      .filter((p) => !/internal|testdata|_off/.test(p.dir))
      .map((p) => (p.dir === '' ? m.path : `${m.path}/${p.dir}`));
  });
  const dirs = ['', ...draw.some(mainDirs.slice(1), 0.35)];
  const own = (noise > 0.5 ? mainDirs.slice(1, 4) : dirs.slice(1)).map((dir) => `${self}/${dir}`);
  const imports = (most: number) => [
    ...draw.sample(targets, draw.int(0, most)),
    ...draw.some(own, 0.1),
    ...draw.some(friends, 0.3),
    ...(draw.chance(0.04 * noise) ? ['example.com/none'] : []),
  ];
  const packages: PackageSource[] = dirs.map((dir) => ({ dir, imports: imports(4), testImports: imports(2) }));
  if (draw.chance(0.05)) packages.shift();
  for (const source of packages) for (const [name, text] of packageFiles(draw, source, universe)) files.set(name, text);
  if (draw.chance(0.15)) {
    const dir = draw.pick(['sub', 'nested', 'b']);
    files.set(`${dir}/go.mod`, `module ${self}/${dir}\n\ngo 1.20\n`);
    files.set(`${dir}/p.go`, 'package nested\n');
  }
  const goLine = draw.pick([
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
    '1.21.0',
    '1.22.1',
    '1.23.0',
    '1.24',
    '1.25.1',
    '1.26',
    '1.26.0',
  ]);
  const used = packages.filter((p) => !/testdata|_off/.test(p.dir));
  const requires = draw.chance(0.15)
    ? new Map<string, string>()
    : drawRequires(universe, self, used, { goLine, age: draw.int(0, 10) / 10 });
  const tools = modules.flatMap((m) =>
    m.versions.at(-1)!.packages.map((p) => (p.dir === '' ? m.path : `${m.path}/${p.dir}`)),
  );
  const tool = draw.chance(0.15)
    ? `tool ${draw.pick(draw.chance(0.8) && tools.length > 0 ? tools : [`${self}/cmd/app`, 'fmt', 'example.com/none', 'cmd/vet'])}\n\n`
    : '';
  const ignore = draw.chance(0.08) ? `ignore ${draw.pick(['./y', 'cmd', 'x', './node_modules'])}\n\n` : '';
  const toolchain = draw.chance(0.08) ? `toolchain ${draw.pick(['go1.21.5', 'go1.26.2', 'default'])}\n\n` : '';
  const retract = draw.chance(0.05) ? 'retract v1.0.0 // no\n\n' : '';
  const edits = editLines(universe, requires, files);
  if (draw.chance(0.04 * noise))
    for (const path of draw.sample([...requires.keys()], 1))
      requires.set(path, draw.pick(['v1', 'latest', 'main', 'v1.1', 'v7.7.7', 'abcdefabcdef', '<v1.2.0']));
  const lines = requireLines(universe, requires, directOf(universe, used), draw.chance(0.7));
  const text = `module ${self}\n\n${goLine === '' ? '' : `go ${goLine}\n\n`}${isOld(goLine) ? '' : toolchain}${ignore}${tool}${lines}${retract}${edits}`;
  files.set('go.mod', `${text.trimEnd()}\n`);
  return files;
}

/** A workspace: other main modules in folders of their own, and go.work. */
export function addWorkspace(universe: Universe, files: Map<string, string>): void {
  const { draw, modules } = universe;
  const places: readonly (readonly [string, string])[] = [
    ['second', 'example.com/second'],
    ['third', draw.pick(modules).path],
    ['b', 'example.com/main/b'],
  ];
  const members = places.filter((_, i) => draw.chance(i === 0 ? 0.8 : 0.3));
  for (const [dir, path] of members)
    for (const [name, text] of mainFile(universe, path, ['example.com/main', 'example.com/main/x']))
      files.set(`${dir}/${name}`, text);
  const used = ['.', ...members.map(([dir]) => `./${dir}`)].filter(() => draw.chance(0.95));
  const release = draw.pick(['1.18', '1.20', '1.21', '1.22.1', '1.24', '1.26.0', '1.26.0', '1.26.1']);
  const goLine = draw.chance(0.95) ? `go ${release}\n\n` : '';
  const toolchain = draw.chance(0.05) ? 'toolchain go1.26.2\n\n' : '';
  const edits = draw.chance(0.2) ? editLines(universe, new Map(), files).replaceAll(/exclude .*\n+/g, '') : '';
  const uses = used.map((dir) => `use ${dir}\n`).join('');
  files.set('go.work', `${`${goLine}${toolchain}${uses}\n${edits}`.trimEnd()}\n`);
}

/** Excludes and replaces; the folders that replace are added to the files. */
function editLines(universe: Universe, requires: ReadonlyMap<string, string>, files: Map<string, string>): string {
  const { draw, noise, modules } = universe;
  const p = 0.03 + 0.07 * noise;
  let edits = '';
  for (const module of modules) {
    const some = () => draw.pick(draw.pick(modules).versions).version;
    if (draw.chance(p)) edits += `exclude ${module.path} ${draw.pick(module.versions).version}\n\n`;
    const required = requires.get(module.path);
    if (required !== undefined && draw.chance(p)) edits += `exclude ${module.path} ${required}\n\n`;
    const from = draw.chance(0.5)
      ? module.path
      : `${module.path} ${draw.pick([required ?? draw.pick(module.versions).version, draw.pick(module.versions).version])}`;
    const kind = draw.weighted([
      [p * 0.7, 'version'],
      [p * 0.6, 'folder'],
      [1, 'none'],
    ]);
    if (kind === 'version') {
      const other = draw.chance(0.6) ? module : draw.pick(modules);
      edits += `replace ${from} => ${other.path} ${draw.chance(0.95) ? draw.pick(other.versions).version : some()}\n\n`;
    } else if (kind === 'folder') {
      const folder = `local/${module.path.replaceAll('/', '-')}`;
      const { packages, requires: wanted, goLine } = draw.pick(module.versions);
      edits += `replace ${from} => ./${folder}\n\n`;
      if (draw.chance(0.07 * noise)) continue;
      const lines = requireLines(universe, wanted, directOf(universe, packages), true);
      const path = draw.chance(0.9) ? module.path : 'example.com/other';
      files.set(`${folder}/go.mod`, `module ${path}\n\n${goLine === '' ? '' : `go ${goLine}\n\n`}${lines}`);
      for (const source of packages)
        for (const [name, text] of packageFiles(draw, source, universe)) files.set(`${folder}/${name}`, text);
    }
  }
  return edits;
}

/** Some files of the proxy are missing, or are not what they should be. */
export function breakSome(
  { draw, noise, modules }: Universe,
  proxy: Map<string, string>,
  zips: Map<string, Map<string, string>>,
): void {
  if (draw.chance(0.6)) {
    const releases = [
      '1.21.0',
      '1.21.5',
      '1.22.1',
      '1.24.4',
      '1.25.0',
      '1.26.2',
      '1.26.3',
      '1.27rc1',
      ...(draw.chance(0.3) ? ['1.27.0'] : []),
    ];
    proxy.set('golang.org/toolchain/@v/list', releases.map((v) => `v0.0.1-go${v}.linux-amd64\n`).join(''));
  }
  for (let times = draw.chance(0.5 * noise) ? draw.int(1, 3) : 0; times > 0; times--) {
    const mods = [...proxy.keys()].filter((name) => name.endsWith('.mod'));
    const name = draw.pick(mods);
    const text = proxy.get(name) ?? '';
    const { path } = draw.pick(modules);
    const breaks: readonly (() => void)[] = [
      () => proxy.delete(name),
      () => proxy.delete(name.replace(/mod$/, 'info')),
      () => zips.delete(name.replace(/mod$/, 'zip')),
      () => proxy.set(name, 'module "\n'),
      () => proxy.set(name, text.replace(/^module .*/m, `module ${path}`)),
      () => proxy.set(name, text.replace(/^go .*/m, 'go 1.99')),
      () => proxy.set(name, `${text}\nrequire ${path} v1.99.0\n`),
      () => proxy.set(name, `${text}\nrequire example.com/gone v1.0.0\n`),
      () => proxy.set(name, `${text}\nrequire ${path} main\n`),
      () => proxy.set(name, `${text}\nfuture example.com/x\n`),
      () => proxy.set(name.replace(/[^/]*$/, 'list'), ''),
      () => proxy.delete(name.replace(/[^/]*$/, 'list')),
      () =>
        proxy.set(
          name.replace(/[^/]*$/, 'list'),
          `${proxy.get(name.replace(/[^/]*$/, 'list')) ?? ''}v1.9.9\nnot-a-version\nv1.2\n`,
        ),
    ];
    draw.pick(breaks)();
  }
}
