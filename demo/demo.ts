/**
 * The demo: the built program against a module mirror and a checksum database (with a key of its own) in this process, on
 * loopback: modules resolved and proven, then tampered with and refused. Says at the end whether all of it happened.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorModule } from '../test/support/fixture-mirror.js';
import { openWorld, snapshotOf, sumsOf, type World } from '../test/support/fixture-world.js';
import { writeZip } from '../test/support/module-zip-writer.js';

const isTerminal = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (isTerminal ? `\x1b[${code}m${text}\x1b[0m` : text);
const [bold, dim, red, green] = [paint(1), paint(2), paint(31), paint(32)];
const say = (text = '') => process.stdout.write(`${text}\n`);

interface Run {
  readonly code: number;
  readonly output: string;
}

class Demo {
  readonly world: World;
  readonly #root: string;
  #steps = 0;
  checks = 0;
  /** What did not happen as described. */
  readonly surprises: string[] = [];

  constructor(root: string, world: World) {
    this.#root = root;
    this.world = world;
  }

  step(title: string, text: string): void {
    say(`\n${bold(`${++this.#steps}. ${title}`)}\n${dim(`   ${text}`)}`);
  }

  expect(what: string, holds: boolean): void {
    this.checks++;
    if (!holds) this.surprises.push(what);
    say(`  ${holds ? green('✓') : red('✗')} ${what}`);
  }

  /** Runs the program as a person would: the command line, then what it says, then how it ended if it failed. */
  async run(cwd: string, ...args: string[]): Promise<Run> {
    say(`\n${dim('$')} ${bold(`tsgoget ${args.map((arg) => (/[<> ]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`)}`);
    const { PATH } = process.env;
    const env = { PATH, HOME: this.world.dir, ...this.world.env, ...(isTerminal && { FORCE_COLOR: '1' }) };
    const child = spawn(process.execPath, [join(this.#root, 'bin/tsgoget.js'), ...args], { cwd, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        process.stdout.write(text);
      });
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve(status ?? -1));
    });
    if (code !== 0) say(dim(`[exit code ${code}]`));
    return { code, output: output.replace(/\x1b\[\d+m/g, '') };
  }

  /** The files that the module cache has of a module's zip. */
  keptOfZip(path: string): string[] {
    const isOfZip = (name: string) =>
      name.startsWith(`${path}@`) || (name.includes(`/${path}/@v/`) && !/\.(?:info|mod)$|list$/.test(name));
    return [...snapshotOf(this.world.modcache).keys()].filter(isOfZip);
  }
}

/** The zip that a mirror would send for a module with such files. */
function zipOf({ path, version, files = {} }: MirrorModule): Uint8Array {
  return writeZip(Object.entries(files).map(([name, data]) => ({ name: `${path}@${version}/${name}`, data })));
}

async function resolveAndVerify(demo: Demo, victim: MirrorModule): Promise<void> {
  const { world } = demo;
  demo.step('Resolve', 'Each go.mod is proven by its record in the checksum database.');
  const asked = ['example.com/greet@v1.1', 'example.com/greet/v2', 'example.com/old/tree'];
  const tree = await demo.run(world.outside, 'resolve', '--tree', ...asked);
  const table = await demo.run(world.outside, 'resolve', 'example.com/app@latest');
  demo.expect(
    'minimal version selection raised words to v0.4.0',
    tree.output.includes('words v0.4.0 (asks for v0.3.1)'),
  );
  demo.expect('all 10 modules are proven by records', table.output.match(/ record \d+$/gm)?.length === 10);

  demo.step('Download, then verify the cache', 'In a main module that requires greet/v2 and words.');
  const require = 'require (\n\texample.com/greet/v2 v2.0.0\n\texample.com/words v0.4.0\n)\n';
  const hello = world.mainModule(`module example.com/hello\n\ngo 1.21\n\n${require}`);
  await demo.run(hello, 'mod', 'download', 'all');
  const verified = await demo.run(hello, 'mod', 'verify');
  const goSum = readFileSync(join(hello, 'go.sum'), 'utf8');
  demo.expect('go.sum has the hashes that were proven', goSum.includes(`words v0.4.0 ${sumsOf(victim).zip}\n`));
  demo.expect('the cache is what was downloaded', verified.output === 'all modules verified\n');
}

async function refuseTampered(demo: Demo, victim: MirrorModule): Promise<void> {
  const { world } = demo;
  const evil = {
    ...victim,
    files: { ...victim.files, 'words.go': 'package words\n\nfunc init() { sendKeysHome() }\n' },
  };
  const main = world.mainModule('module example.com/fresh\n\ngo 1.21\n\nrequire example.com/words v0.4.0\n');
  const goSum = join(main, 'go.sum');
  const download = () => demo.run(main, 'mod', 'download', 'example.com/words');

  demo.step('A mirror that tampers', 'The same version with other code; no go.sum and an empty cache.');
  await demo.run(main, 'clean', '-modcache');
  world.mirror.faults.push({ path: 'words/@v/v0.4.0.zip', body: zipOf(evil) });
  const tampered = await download();
  demo.expect('refused, with exit code 3', tampered.code === 3);
  const reasons = [`downloaded: ${sumsOf(evil).zip}`, `sum.test/db: ${sumsOf(victim).zip}`];
  demo.expect(
    'the reason names both hashes, and whose they are',
    reasons.every((r) => tampered.output.includes(r)),
  );
  const nothing = () => demo.keptOfZip('example.com/words').length === 0 && !existsSync(goSum);
  demo.expect('nothing of it is kept: no zip, no folder, no hash, no go.sum', nothing());

  demo.step('… and with it a database that lies', "The tampered hash stands in the answer, but not in the log's tree.");
  await demo.run(main, 'clean', '-modcache');
  world.log.forge('/lookup/example.com/words@v0.4.0', (body) =>
    Buffer.from(Buffer.from(body).toString().replace(sumsOf(victim).zip, sumsOf(evil).zip)),
  );
  const forged = await download();
  demo.expect('refused, with exit code 3', forged.code === 3);
  demo.expect(
    'the record is not in the tree that was signed',
    forged.output.includes('cannot authenticate record data'),
  );
  demo.expect('nothing of it is kept', nothing() && !existsSync(world.downloaded('example.com/words/@v/v0.4.0.mod')));

  demo.step('Both honest again', 'The refused attempts left nothing that is in the way.');
  world.mirror.faults.length = 0;
  world.log.beHonest();
  const honest = await download();
  const verified = await demo.run(main, 'mod', 'verify');
  demo.expect('downloaded, proven and verified', honest.code === 0 && verified.code === 0);
}

/** Runs the demo; `root` is the project's folder. Returns the exit code. */
export async function runDemo(root: string): Promise<number> {
  const started = performance.now();
  await using world = await openWorld({ fixtures: join(root, 'fixtures/modules') });
  const demo = new Demo(root, world);
  say(bold('tsgoget: Go modules, resolved and proven without a Go toolchain'));
  say(dim('A module mirror and a checksum database, with a key of its own, run in this process.'));
  say(dim(`GOPROXY=${world.env.GOPROXY}`));
  say(dim(`GOSUMDB=${world.env.GOSUMDB}`));
  const victim = world.modules.find((m) => m.path === 'example.com/words' && m.version === 'v0.4.0')!;
  await resolveAndVerify(demo, victim);
  await refuseTampered(demo, victim);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (demo.surprises.length > 0) {
    say(`\n${red('demo failed:')} not so: ${demo.surprises.join('; ')}`);
    return 1;
  }
  const requests = world.mirror.requests.length;
  say(
    `\n${green('demo done:')} ${demo.checks} of ${demo.checks} checks hold, ${requests} requests on loopback, ${seconds} s`,
  );
  return 0;
}
