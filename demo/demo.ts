/**
 * The demo: the built program against a module mirror and a checksum database (with a key of its own) in this process, on
 * loopback: modules resolved and proven, then tampered with and refused. Says at the end whether all of it happened.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotOf, sumsOf, openWorld, type World } from '../test/support/fixture-world.js';

const isTerminal = process.stdout.isTTY === true && !process.env['NO_COLOR'];
const paint = (code: number) => (text: string) => (isTerminal ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const green = paint(32);
const red = paint(31);
const say = (text = '') => process.stdout.write(`${text}\n`);

/** What did not happen as described. */
const surprises: string[] = [];
function expect(what: string, holds: boolean): void {
  if (!holds) surprises.push(what);
  say(`  ${holds ? green('ok') : red('NOT SO')}  ${what}`);
}

let steps = 0;
const step = (title: string, text = '') => {
  say(`\n${bold(`${++steps}. ${title}`)}`);
  if (text !== '') say(dim(`   ${text}`));
};

/** Runs the program as a person would: the command line, then what it says, then how it ended. */
async function run(root: string, world: World, cwd: string, args: readonly string[]) {
  say(`\n${dim('$')} ${bold(`tsgoget ${args.join(' ')}`)}`);
  const env = { PATH: process.env['PATH'], HOME: world.dir, ...world.env, ...(isTerminal && { FORCE_COLOR: '1' }) };
  const child = spawn(process.execPath, [join(root, 'bin/tsgoget.js'), ...args], { cwd, env });
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
  return { code, output };
}

/** The files of the cache that came of a module's zip. */
function keptOfZip(world: World, path: string): string[] {
  const isOfZip = new RegExp(`(?:^${path}@|cache/download/${path}/@v/.*(?:zip|ziphash|tmp|partial)$)`);
  return [...snapshotOf(world.modcache).keys()].filter((name) => isOfZip.test(name));
}

async function show(root: string, world: World): Promise<void> {
  const goMod = 'module example.com/hello\n\ngo 1.21\n\nrequire (\n\texample.com/greet/v2 v2.0.0\n\texample.com/words v0.4.0\n)\n';
  const hello = world.mainModule(goMod);
  const go = (...args: string[]) => run(root, world, hello, args);
  const victim = world.modules.find((m) => m.path === 'example.com/words' && m.version === 'v0.4.0')!;
  const goSum = () => (existsSync(join(hello, 'go.sum')) ? readFileSync(join(hello, 'go.sum'), 'utf8') : '');

  step('Resolve', 'Minimal version selection; each go.mod proven by its record in the checksum database.');
  const tree = await go('resolve', '--tree', 'example.com/greet@v1.1', 'example.com/greet/v2', 'example.com/old/tree');
  const table = await go('resolve', 'example.com/app@latest');
  expect('words is raised from v0.3.1 to v0.4.0', /words v0\.4\.0.*\(asks for v0\.3\.1\)/.test(tree.output));
  expect('all 10 modules are proven by records', table.code === 0 && table.output.match(/record \d+/g)?.length === 10);

  step('Download, and verify the cache', `In ${bold('example.com/hello')}, which requires greet/v2 and words.`);
  const first = await go('mod', 'download', 'all');
  const verified = await go('mod', 'verify');
  expect('zips are in the cache, and go.sum has their hashes', first.code === 0 && goSum().includes(sumsOf(victim).zip));
  expect('the cache is what was downloaded', verified.code === 0 && verified.output.includes('all modules verified'));

  step('A mirror that tampers', 'The same version with other code. No go.sum and an empty cache: only the database knows.');
  await go('clean', '-modcache');
  const fresh = world.mainModule('module example.com/fresh\n\ngo 1.21\n\nrequire example.com/words v0.4.0\n');
  const honest = world.mirror.faults.length;
  const evil = { ...victim, files: { ...victim.files, 'words.go': 'package words\n\nfunc init() { stealSecrets() }\n' } };
  await using evilWorld = await openWorld({ fixtures: join(root, 'fixtures/modules') });
  evilWorld.mirror.add(evil);
  world.mirror.faults.push({ path: 'words/@v/v0.4.0.zip', body: evilZip(evil) });
  const tampered = await run(root, world, fresh, ['mod', 'download', 'example.com/words']);
  expect('it is refused, with exit code 3', tampered.code === 3);
  expect(
    'the reason names both hashes',
    tampered.output.includes(`downloaded: ${sumsOf(evil).zip}`) && tampered.output.includes(sumsOf(victim).zip),
  );
  const kept = keptOfZip(world, 'example.com/words');
  expect('nothing of it is kept: no zip, no folder, no hash, no go.sum', kept.length === 0 && !existsSync(join(fresh, 'go.sum')));
  world.mirror.faults.length = honest;
}
