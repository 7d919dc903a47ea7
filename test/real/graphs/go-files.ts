/** Random Go source: packages that exist for what they import, with the files that the loader must tell apart. */
import type { Draw } from '../random.js';

export interface PackageSource {
  /** Relative to the module; '' is its root. */
  readonly dir: string;
  readonly imports: readonly string[];
  readonly testImports: readonly string[];
}

const standard = ['fmt', 'os', 'net/http', 'unsafe', 'embed', 'crypto/tls', 'go/build', 'C'];

function nameOf(dir: string): string {
  const last = dir.split('/').at(-1)!;
  return last === 'tool' || last === 'cmd' ? 'main' : last.replace(/\W/g, '') || 'p';
}

/** A file's text; imports in one of the shapes that they have. */
function goFile(draw: Draw, name: string, imports: readonly string[], head = ''): string {
  const line = (path: string) => `${draw.chance(0.15) ? draw.pick(['_ ', '. ', 'x ']) : ''}${JSON.stringify(path)}`;
  const list =
    imports.length === 0
      ? ''
      : imports.length === 1 || draw.chance(0.2)
        ? imports.map((path) => `import ${line(path)}\n`).join('')
        : `import (\n${imports.map((path) => `\t${line(path)}${draw.chance(0.1) ? ' // why' : ''}\n`).join('')})\n`;
  return `${head}package ${name}\n\n${list}`;
}

/** A package's files, by names relative to the module. */
export function packageFiles(draw: Draw, source: PackageSource, options: { noise: number }): Map<string, string> {
  const { dir } = source;
  const name = nameOf(dir);
  const at = (file: string) => (dir === '' ? file : `${dir}/${file}`);
  const files = new Map<string, string>();
  const parts: string[][] = [[], [], [], []];
  for (const path of source.imports)
    draw
      .weighted([
        [8, parts[0]!],
        [1, parts[1]!],
        [1, parts[2]!],
        [1, parts[3]!],
      ])
      .push(path);
  const [plain = [], windows = [], tagged = [], embedding = []] = parts;
  if (draw.chance(0.3)) plain.push(draw.pick(standard));
  if (!draw.chance(0.08 * options.noise)) files.set(at('p.go'), goFile(draw, name, plain));
  if (windows.length > 0) files.set(at(draw.pick(['p_windows.go', 'p_linux_arm64.go'])), goFile(draw, name, windows));
  if (tagged.length > 0) {
    const head = draw.pick([
      '//go:build foo && !bar\n\n',
      '//go:build linux\n',
      '// +build foo\n\n',
      '//go:build !ignore\n\n',
    ]);
    files.set(at('tagged.go'), goFile(draw, name, tagged, head));
  }
  if (embedding.length > 0 || draw.chance(0.05)) {
    const text = goFile(draw, name, ['embed', ...embedding]);
    files.set(
      at('assets.go'),
      `${text}\n//go:embed ${draw.pick(['data.txt', 'tree', 'all:tree', '*.txt tree/b.txt', '"data.txt"'])}\nvar files embed.FS\n`,
    );
    files.set(at('data.txt'), 'data\n');
    files.set(at('tree/b.txt'), 'b\n');
    files.set(at('tree/.hidden'), 'c\n');
  }
  if (draw.chance(0.15)) {
    const head = draw.pick(['//go:build ignore\n\n', '// +build ignore\n\n', '//go:build ignore && linux\n\n']);
    files.set(at('generate.go'), goFile(draw, 'main', source.testImports, head));
  }
  if (source.testImports.length > 0) {
    const test = draw.chance(0.3) ? `${name}_test` : name;
    files.set(at('p_test.go'), goFile(draw, test, source.testImports));
  }
  if (draw.chance(0.02 * options.noise))
    files.set(at('broken.go'), draw.pick(['package\n', 'import "fmt"\n', 'package p\nimport fmt\n', '']));
  if (draw.chance(0.02 * options.noise))
    files.set(
      at('odd.go'),
      goFile(draw, name, [draw.pick(['./near', 'example.com/bad path', '/absolute', 'example.com/UP//x'])]),
    );
  if (draw.chance(0.1)) files.set(at(draw.pick(['_skipped.go', '.hidden.go', 'note.txt', 'p.c'])), '');
  if (draw.chance(0.1)) files.set(at('LICENSE'), 'Do as you like.\n');
  return files;
}
