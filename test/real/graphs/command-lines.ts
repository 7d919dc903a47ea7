/** Random command lines for a graph: mostly such as people type, and sometimes such as nobody would. */
import type { Draw } from '../random.js';
import { drawModEdit, drawWorkLine } from './file-edit-lines.js';
import type { Universe } from './graph-generator.js';

const knownReleases = [
  '1.21',
  '1.21.5',
  '1.22.1',
  '1.24.4',
  '1.26.2',
  '1.27.0',
  'latest',
  'patch',
  'none',
  'upgrade',
  '1.23',
  '1.25rc1',
];

const templates = [
  '{{.Path}} {{.Version}} {{.Indirect}} {{.Main}} {{.Deprecated}} {{.Retracted}}',
  '{{.Path}} {{with .Update}}{{.Path}} {{.Version}} {{.Time}}{{end}} {{.Versions}}',
  '{{.Path}} {{.GoVersion}} {{.Time}} {{.Dir}} {{.GoMod}} {{.Sum}} {{.GoModSum}}',
  '{{with .Replace}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{with .Error}}{{.Err}}{{end}}',
  '{{range $i, $v := .Versions}}{{if $i}} {{end}}{{$v}}{{end}} {{join .Retracted " "}}',
];

class CommandLines {
  readonly #draw: Draw;
  readonly #universe: Universe;
  /** Of the main module. */
  readonly #files: ReadonlyMap<string, string>;

  constructor(universe: Universe, files: ReadonlyMap<string, string>) {
    this.#draw = universe.draw;
    this.#universe = universe;
    this.#files = files;
  }

  #module() {
    return this.#draw.pick(this.#universe.modules);
  }

  #package(): string {
    const { path, versions } = this.#module();
    const packages = this.#draw.pick(versions).packages;
    const dir = packages.length === 0 ? '' : this.#draw.pick(packages).dir;
    return dir === '' ? path : `${path}/${dir}`;
  }

  #query(path: string): string {
    const draw = this.#draw;
    const around = this.#universe.modules.filter((m) => path === m.path || path.startsWith(`${m.path}/`));
    const module = around.length === 0 ? this.#module() : draw.pick(around);
    const version = draw.pick(module.versions).version;
    const major = version.split('.')[0]!;
    return draw.weighted([
      [6, () => ''],
      [6, () => `@${version}`],
      [3, () => '@latest'],
      [2, () => '@upgrade'],
      [3, () => '@patch'],
      [3, () => '@none'],
      [1, () => `@${major}`],
      [1, () => `@${version.split('.').slice(0, 2).join('.')}`],
      [1, () => `@<${version}`],
      [1, () => `@<=${version}`],
      [1, () => `@>${version}`],
      [1, () => `@>=${version}`],
      [0.6, () => '@main'],
      [0.6, () => '@abcdefabcdef'],
      [0.4, () => draw.pick(['@v9.9.9', '@v1.2.3.4', '@', '@v0', '@v2', '@<v0.0.0', '@../x'])],
    ])();
  }

  #argument(): string {
    const draw = this.#draw;
    return draw.weighted([
      [7, () => this.#withQuery(this.#module().path)],
      [6, () => this.#withQuery(this.#package())],
      [2, () => this.#withQuery(this.#module().path, '/...')],
      [0.7, () => this.#withQuery(this.#module().path, '...')],
      [0.7, () => `example.com/...${this.#query('')}`],
      [4, () => './...'],
      [1, () => draw.pick(['.', './x', './sub', './y/...', './none', './testdata/t', './_off'])],
      [1.5, () => 'all'],
      [
        0.5,
        () =>
          draw.pick(['all@patch', 'all@latest', 'all@none', './...@latest', '.@upgrade', './...@none', 'all@v1.0.0']),
      ],
      [
        0.5,
        () =>
          draw.pick([
            'fmt',
            'fmt@latest',
            'cmd/vet',
            'std',
            'nodot/pkg',
            'example.com/none',
            'example.com/main',
            'example.com/main@v1.0.0',
            'example.com/main/x',
            'example.com',
            'example.com/UP//x',
            '-x',
            'EXAMPLE.com/a',
            'example.com/a@v1.0.0/x',
            'x@y@z',
          ]),
      ],
      [1, () => `go@${draw.pick(knownReleases)}`],
      [
        0.6,
        () =>
          `toolchain@${draw.pick(['default', 'local', ...knownReleases.map((v) => (/^\d/.test(v) ? `go${v}` : v))])}`,
      ],
      [0.3, () => draw.pick(['go', 'toolchain'])],
      [0.7, () => draw.pick(['tool', 'tool@latest', 'tool@none', 'work'])],
    ])();
  }

  #withQuery(path: string, rest = ''): string {
    return path + rest + this.#query(path);
  }

  get(): string[] {
    const draw = this.#draw;
    const flags = draw.weighted<string[]>([
      [6, []],
      [3, ['-u']],
      [2, ['-u=patch']],
      [1, ['-t']],
      [1, ['-u', '-t']],
      [0.5, ['-t', '-u=patch']],
      [0.8, ['-tool']],
      [0.2, ['-tool', '-u']],
      [0.2, ['-tool', '-t', '-u=patch']],
      [0.1, ['-d']],
      [0.1, ['-x']],
      [0.2, ['-v']],
    ]);
    const count = draw.weighted<number>([
      [1, 0],
      [8, 1],
      [4, 2],
      [2, 3],
      [1, 5],
    ]);
    return ['get', ...flags, ...Array.from({ length: count }, () => this.#argument())];
  }

  tidy(): string[] {
    const draw = this.#draw;
    const flags = [
      ...draw.some(['-e'], 0.25),
      ...draw.some(['-v'], 0.15),
      ...(draw.chance(0.2)
        ? [
            `-go=${draw.pick(['1.14', '1.16', '1.17', '1.18', '1.21', '1.21.0', '1.22.1', '1.24', '1.26', '1.27', 'x'])}`,
          ]
        : []),
      ...(draw.chance(0.2) ? [`-compat=${draw.pick(['1.16', '1.17', '1.18', '1.20', '1.21', '1.26', '1.28'])}`] : []),
      ...draw.some(['-diff'], 0.12),
    ];
    return ['mod', 'tidy', ...flags];
  }

  why(): string[] {
    const draw = this.#draw;
    const args = draw.weighted<string[]>([
      [4, ['-m', 'all']],
      [1, ['-vendor', 'all']], // without -vendor `all` is also what tests of the standard library import: tsgoget does not know that
      [2, ['-m', this.#module().path]],
      [2, [this.#package()]],
      [1, ['-vendor', this.#package()]],
      [1, ['-m', '-vendor', 'all']],
      [0.5, ['-m', 'example.com/none']],
      [0.5, ['-m', './...']],
      [0.3, ['-m', `${this.#module().path}@v1.0.0`]],
    ]);
    return ['mod', 'why', ...args];
  }

  vendor(): string[] {
    return [
      'mod',
      'vendor',
      ...this.#draw.some(['-e'], 0.25),
      ...this.#draw.some(['-v'], 0.2),
      ...(this.#draw.chance(0.15) ? ['-o', 'out'] : []),
    ];
  }

  list(): string[] {
    const draw = this.#draw;
    const flags = draw.weighted<string[]>([
      [3, ['-u']],
      [2, []],
      [1, ['-versions']],
      [1, ['-versions', '-retracted']],
      [1, ['-u', '-retracted']],
      [1, ['-json']],
      [1, ['-u', '-json']],
      [0.7, ['-e', '-u']],
      [0.7, ['-e']],
      [0.7, ['-e', '-json', '-u', '-versions']],
      [0.5, ['-json', '-retracted', '-versions']],
      [0.5, ['-json=Path,Version,Update,Retracted,Deprecated', '-u']],
      [1, ['-f', draw.pick(templates)]],
      [1, ['-u', '-f', draw.pick(templates)]],
      [0.5, ['-u', '-versions', '-retracted', '-f', draw.pick(templates)]],
    ]);
    const mod = draw.chance(0.5)
      ? [draw.pick(['-mod=mod', '-mod=mod', '-mod=mod', '-mod=readonly', '-mod=vendor'])]
      : [];
    const module = this.#module();
    const args = draw.weighted<string[]>([
      [5, ['all']],
      [1, [module.path]],
      [2, [this.#withQuery(module.path)]],
      [1, ['example.com/...']],
      [0.5, []],
      [0.3, ['example.com/none']],
      [0.3, [`${module.path}/x`]],
      [1, [this.#withQuery(module.path), this.#withQuery(this.#module().path)]],
    ]);
    return ['list', '-m', ...flags, ...mod, ...args];
  }

  download(): string[] {
    const draw = this.#draw;
    const args = draw.weighted<string[]>([
      [4, []],
      [2, ['all']],
      [1, ['-json']],
      [1, ['-json', 'all']],
      [2, [this.#withQuery(this.#module().path)]],
      [1, [this.#withQuery(this.#module().path), this.#withQuery(this.#module().path)]],
      [1, ['-json', this.#withQuery(this.#module().path)]],
    ]);
    return ['mod', 'download', ...args];
  }

  graph(): string[] {
    return ['mod', 'graph', ...this.#draw.some([`-go=${this.#draw.pick(['1.16', '1.17', '1.21', '1.26'])}`], 0.2)];
  }

  any(): string[] {
    const line = this.#command();
    if (this.#files.has('other.mod') && this.#draw.chance(0.6))
      line.splice(line[0] === 'mod' ? 2 : 1, 0, '-modfile=other.mod');
    if (this.#files.has('go.work') && this.#draw.chance(0.2))
      line.splice(/^(?:mod|work)$/.test(line[0]!) ? 2 : 1, 0, '-C', this.#draw.pick(['second', 'third', 'b', 'x']));
    return this.#draw.chance(0.12) ? [this.#setting(), ...line] : line;
  }

  #setting(): string {
    return this.#draw.weighted([
      [3, 'GOFLAGS=-mod=mod'],
      [2, 'GOFLAGS=-mod=readonly'],
      [1, 'GOFLAGS=-mod=vendor'],
      [1, 'GOFLAGS=-modcacherw'],
      [0.5, 'GOFLAGS=-tags=foo'],
      [0.5, 'GOFLAGS=-e'],
      [1, 'GOPROXY=off'],
      [1, `GONOSUMDB=${this.#module().path}`],
      [this.#files.has('go.work') ? 6 : 0.2, 'GOWORK=off'],
    ]);
  }

  #command(): string[] {
    const isWorkspace = this.#files.has('go.work');
    return this.#draw.weighted([
      [10, () => this.get()],
      [5, () => this.tidy()],
      [2.5, () => this.why()],
      [3, () => this.vendor()],
      [3, () => this.list()],
      [1, () => this.download()],
      [1, () => this.graph()],
      [0.5, () => ['mod', 'verify']],
      [1.5, () => drawModEdit(this.#universe)],
      [isWorkspace ? 6 : 0.3, () => drawWorkLine(this.#universe)],
      [0.4, () => ['clean', '-modcache']],
      [0.3, () => ['forge', isWorkspace ? 'go.work.sum' : 'go.sum', String(this.#draw.int(0, 30))]],
    ])();
  }
}

/** No command of go, but what people do who do not keep that folder. */
export const removeVendor = ['rm', '-r', 'vendor'];

/** Three to five command lines; most begin with one that makes go.sum. */
export function drawCommands(universe: Universe, files: ReadonlyMap<string, string>): string[][] {
  const { draw } = universe;
  const lines = new CommandLines(universe, files);
  const first = draw.weighted([
    [4, () => ['mod', 'tidy', ...(draw.chance(0.3) ? ['-e'] : [])]],
    [2, () => ['get', ...draw.some(['-u'], 0.4), './...']],
    [1, () => ['mod', 'download', 'all']],
    [3, () => lines.any()],
    [files.has('go.work') ? 4 : 0, () => ['work', 'sync']],
  ])();
  const all = [first, ...Array.from({ length: draw.int(2, 4) }, () => lines.any())];
  return all.flatMap((line) => (line[1] === 'vendor' && draw.chance(0.7) ? [line, removeVendor] : [line]));
}
