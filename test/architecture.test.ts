/**
 * The house rules, executable. Each rule says what a violation means.
 * Layers (design): pure → effects → decisions → talk; imports run one way.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

const layers: Record<string, number> = {
  // 0: words that every layer uses
  errors: 0,
  encoding: 0,
  async: 0,
  // 1: pure
  module: 1,
  modfile: 1,
  gosum: 1,
  mvs: 1,
  dirhash: 1,
  modzip: 1,
  note: 1,
  tlog: 1,
  gover: 1,
  proof: 1,
  witness: 1,
  template: 1,
  gojson: 1,
  imports: 1,
  // 2: effects
  goenv: 2,
  http: 2,
  goproxy: 2,
  modcache: 2,
  sumdb: 2,
  filelock: 2,
  sourcetree: 2,
  files: 2,
  zipfile: 2,
  process: 2,
  vcs: 2,
  // 3: fetch, verify, cache: the gate before every use of a go.mod or zip
  modfetch: 3,
  // 4: decisions
  resolve: 4,
  checks: 5,
  // 6: one wiring of it all, for the library and for who talks
  client: 6,
  commands: 7,
  cli: 8,
  index: 9,
};

/** The rooms of resolve/: arrows go downwards only, and never from one room to another of the same height. */
const rooms: Record<string, number> = {
  session: 0,
  graph: 1,
  search: 2,
  query: 3,
  packages: 4,
  edit: 4,
  list: 4,
  'main-module': 5,
  vendoring: 5,
  get: 6,
};

const importersOf: Record<string, string> = {
  commander: 'cli/program.ts',
  chalk: 'cli/terminal.ts',
  'get-east-asian-width': 'cli/display-width.ts',
  undici: 'http/transport.ts',
  yauzl: 'zipfile/module-zip.ts',
  '@noble/hashes': 'encoding/sha256.ts',
  koffi: 'filelock/flock.ts',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(sep).join('/'));

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(src, from), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
  );
  return Array.from(found, (m) => ({ from, to: (m[1] ?? m[2] ?? m[3])! }));
});

const unitOf = (file: string) => file.split('/')[0]!.replace(/\.ts$/, '');
const isRelative = (to: string) => to.startsWith('.');
const target = (i: Import) => posix.normalize(posix.join(posix.dirname(i.from), i.to));

/** What imports what, inside src. */
const edges = imports.filter((i) => isRelative(i.to)).map((i) => [i.from, target(i).replace(/\.js$/, '.ts')] as const);

/** The groups of nodes that lead to each other: the strongly connected components of more than one (Tarjan). */
function circlesOf(nodes: readonly string[], arrows: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const [from, to] of arrows) next.get(from)?.push(to);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const to of next.get(node) ?? []) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(node, Math.min(low.get(node)!, low.get(to)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return circles;
}

/** From a folder to one above or below it: a door that shows its rooms. */
const isDoorOf = (from: string, to: string) => from.startsWith(`${to}/`) || to.startsWith(`${from}/`);

/** Imports between the rooms of resolve/, as ARCHITECTURE.md shows them: rows import columns. */
function roomTable(): string {
  const names = Object.keys(rooms);
  const counts = new Map<string, number>();
  for (const [from, to] of edges) {
    const [a, b] = [from, to].map((file) => file.split('/'));
    if (a![0] !== 'resolve' || b![0] !== 'resolve' || a!.length < 3 || b!.length < 3 || a![1] === b![1]) continue;
    const key = `${a![1]} ${b![1]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const columns = names.filter((to) => names.some((from) => counts.has(`${from} ${to}`)));
  const cells = [
    ['', ...columns],
    ...names.map((from) => [from, ...columns.map((to) => `${counts.get(`${from} ${to}`) ?? '·'}`)]),
  ];
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `| ${widths.map((w, i) => (i === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

describe('architecture', () => {
  test('every folder of src has its place in the layers', () => {
    expect(files.map(unitOf).filter((unit) => layers[unit] === undefined)).toEqual([]);
  });

  test('imports run one way: a lower layer that imports a higher one cannot be used, read or tested without it', () => {
    const wrong = imports
      .filter((i) => isRelative(i.to))
      .map((i) => [i.from, target(i)] as const)
      .filter(([from, to]) => unitOf(from) !== unitOf(to) && layers[unitOf(to)]! > layers[unitOf(from)]!);
    expect(wrong).toEqual([]);
  });

  test('inside resolve/ too: a room that imports a higher one, or one beside it, belongs to it', () => {
    const roomOf = (file: string) => /^resolve\/([^/]+)\/[^/]+$/.exec(file)?.[1];
    const inRooms = files.filter((f) => unitOf(f) === 'resolve' && f !== 'resolve/index.ts');
    expect(inRooms.filter((f) => rooms[roomOf(f) ?? ''] === undefined)).toEqual([]);
    const wrong = edges.filter(([from, to]) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      return a !== undefined && b !== undefined && a !== b && rooms[a]! <= rooms[b]!;
    });
    expect(wrong).toEqual([]);
  });

  test('no circle of files, types included: none of them can be read or tested without the others', () => {
    expect(circlesOf(files, edges)).toEqual([]);
  });

  test('no circle of folders', () => {
    const folderOf = (file: string) => posix.dirname(file);
    const arrows = edges
      .map(([from, to]) => [folderOf(from), folderOf(to)] as const)
      // a folder's parts may use its words, and its door shows its rooms
      .filter(([from, to]) => from !== to && from !== '.' && to !== '.' && !isDoorOf(from, to));
    expect(circlesOf([...new Set(files.map(folderOf))], arrows)).toEqual([]);
  });

  test('files are small: a large one is named in ARCHITECTURE.md, with its reason', () => {
    const lines = files.map((f) => [f, readFileSync(join(src, f), 'utf8').split('\n').length - 1] as const);
    const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    expect(lines.filter(([f, n]) => n > 400 && !page.includes(`\`${f}\``))).toEqual([]);
    const sizes = lines.map(([, n]) => n).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('ARCHITECTURE.md shows how the rooms of resolve/ import each other', () => {
    const file = join(root, 'ARCHITECTURE.md');
    const page = readFileSync(file, 'utf8');
    const shown = /^\| +\| session (?:.*\n)+?(?=\n)/m;
    // with this set the table is written, for the diff to be read
    if (process.env.TSGOGET_WRITE_ROOMS) writeFileSync(file, page.replace(shown, `${roomTable()}\n`));
    else expect(shown.exec(page)?.[0]).toBe(`${roomTable()}\n`);
  });

  test('pure packages touch no file, socket, process, clock or colour', () => {
    const pure = (file: string) => layers[unitOf(file)]! <= 1;
    const wrong = imports
      .filter((i) => pure(i.from) && !isRelative(i.to))
      .filter((i) => importersOf[i.to.split('/').slice(0, 2).join('/')] !== i.from && i.to !== 'node:crypto');
    expect(wrong).toEqual([]);
    const effects =
      /\b(?:process\.(?:env|cwd|stdout|stderr|exit)|Date\.now|new Date\(\)|Math\.random|fetch\(|setTimeout)\b/;
    const touching = files.filter((f) => pure(f) && effects.test(readFileSync(join(src, f), 'utf8')));
    expect(touching).toEqual([]);
  });

  test('each runtime dependency is imported by exactly one file: it can be replaced there', () => {
    const packages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      optionalDependencies: Record<string, string>;
    };
    const used = new Map<string, Set<string>>();
    for (const i of imports) {
      if (isRelative(i.to) || i.to.startsWith('node:')) continue;
      const name = i.to.startsWith('@') ? i.to.split('/').slice(0, 2).join('/') : i.to.split('/')[0]!;
      used.set(name, (used.get(name) ?? new Set()).add(i.from));
    }
    const names = Object.keys({ ...packages.dependencies, ...packages.optionalDependencies });
    expect([...used.keys()].sort()).toEqual(names.sort());
    for (const name of names) expect([name, ...used.get(name)!]).toEqual([name, importersOf[name]]);
  });

  test('only cli/ prints, and only cli/ and bin/ see the process', () => {
    // a client that is given no environment goes by the process's, as go does: defaults alone would send GOPRIVATE's names out
    const createClient = 'client/client.ts: process.env';
    const seen = files
      .filter((f) => unitOf(f) !== 'cli')
      .flatMap((f) =>
        Array.from(
          readFileSync(join(src, f), 'utf8').matchAll(/\bconsole\.|process\.(?:stdout|stderr|exit|argv|env)\b/g),
          ([what]) => `${f}: ${what}`,
        ),
      );
    expect(seen).toEqual([createClient]);
  });

  test('a folder’s door (index.ts) only re-exports, and names what it hands on', () => {
    const logic = files
      .filter((f) => f.endsWith('index.ts'))
      .filter((f) =>
        readFileSync(join(src, f), 'utf8')
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
          .split(/;\s*/)
          .some((s) => s.trim() !== '' && !/^export\b[\s\S]*\bfrom\b/.test(s.trim())),
      );
    expect(logic).toEqual([]);
    const unnamed = files.filter((f) => /^export \* from/m.test(readFileSync(join(src, f), 'utf8')));
    expect(unnamed).toEqual([]);
  });

  test('file names say what lives there', () => {
    const vague = files.filter((f) => /(?:^|\/)(?:utils?|helpers?|common|misc|types|constants)(?:\/|\.ts$)/.test(f));
    expect(vague).toEqual([]);
    expect(files.filter((f) => !/^[a-z0-9-]+(?:\/[a-z0-9-]+)*\.ts$/.test(f))).toEqual([]);
  });

  test('every source file says at its head what it is', () => {
    const silent = files.filter(
      (f) => !f.endsWith('index.ts') && !readFileSync(join(src, f), 'utf8').startsWith('/**'),
    );
    expect(silent).toEqual([]);
  });

  test('no registry host is written out: the defaults come from one constant', () => {
    const named = files.filter((f) => /(?:proxy|sum|index)\.golang\.org/.test(readFileSync(join(src, f), 'utf8')));
    expect(named).toEqual([]);
  });
});
