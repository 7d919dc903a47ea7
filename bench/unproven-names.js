/**
 * A go.mod that the checksum database refutes and that names 2,000 modules, each of whose answers takes 2 s: how long `list -m all` takes
 * to refuse it, how many of the names were asked for, and the most memory; the go command beside it. Then a twin of 200 names that the
 * database proves. Needs go on PATH and GNU time. usage: node bench/unproven-names.js
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { start, workFolder } from './process.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = join(workFolder(), 'fixture-world.mjs');
const entry = join(root, 'test/support/fixture-world.ts');
await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
const { openWorld, logOf, fixtureModules } = await import(pathToFileURL(outfile).href);
const fixtures = join(root, 'fixtures/modules');

const names = Array.from({ length: 2000 }, (_, i) => ({ path: `example.com/named${i}`, version: 'v1.0.0' }));
const naming = (lines) => ({
  path: 'example.com/names',
  version: 'v1.0.0',
  mod: `module example.com/names\n\nrequire (\n${lines.map(({ path, version }) => `\t${path} ${version}`).join('\n')}\n)\n`,
});
const goMod = 'module example.com/main\n\ngo 1.16\n\nrequire example.com/names v1.0.0\n';

async function measure(command, served, recorded) {
  const modules = [naming(served), ...names];
  const world = await openWorld({
    fixtures,
    modules,
    log: logOf([...fixtureModules(fixtures), naming(recorded), ...names]),
    faults: [{ path: /named\d+\/@v/, delayMs: 2000 }],
  });
  try {
    const env = { PATH: process.env.PATH, HOME: world.dir, GOTOOLCHAIN: 'local', ...world.env, GOFLAGS: '-mod=mod' };
    const began = performance.now();
    const args = ['-f', '%M', ...command, 'list', '-m', 'all'];
    const child = start('/usr/bin/time', args, { cwd: world.mainModule(goMod), env });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdout.resume();
    const code = await new Promise((resolve) => child.on('close', resolve));
    const seconds = (performance.now() - began) / 1000;
    const asked = new Set(world.mirror.paths().filter((path) => /named\d+\//.test(path) && !path.startsWith('sumdb')));
    const lookups = world.mirror.paths().filter((path) => /lookup\/.*named\d+/.test(path));
    const megabytes = Math.round(Number(stderr.trim().split('\n').at(-1)) / 1000);
    return `exit ${code}, ${seconds.toFixed(1)} s, ${megabytes} MB, ${asked.size} names asked for, ${lookups.length} looked up`;
  } finally {
    await world.close();
  }
}

const tsgoget = [process.execPath, join(root, 'bin/tsgoget.js')];
const few = names.slice(0, 200);
console.log(`refuted: tsgoget ${await measure(tsgoget, names, [])}`);
console.log(`refuted: go ${await measure(['go'], names, [])}`);
console.log(`proven: tsgoget ${await measure(tsgoget, few, few)}`);
console.log(`proven: go ${await measure(['go'], few, few)}`);
