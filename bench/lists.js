/**
 * Version lists of a hostile or careless proxy: `list -m PATH@latest` over lists of 1.7 and 63 MB, and `list -m -u all` over 40 modules
 * with 4 MB each, tsgoget against the go command, from a folder: user and system time, and the most memory. Needs go on PATH and GNU time. usage: node bench/lists.js
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../bin/tsgoget.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tsgoget-lists-'));
const many = 'example.com/many';

function writeList(name, bytes, versionOf, path = many) {
  const folder = join(root, name, path, '@v');
  mkdirSync(folder, { recursive: true });
  const lines = [];
  for (let i = 0, size = 0; size < bytes; i++) {
    lines.push(versionOf(i));
    size += lines[i].length + 1;
  }
  writeFileSync(join(folder, 'list'), `${lines.join('\n')}\n`);
  const newest = lines.at(-1);
  writeFileSync(join(folder, `${newest}.info`), JSON.stringify({ Version: newest }));
  writeFileSync(join(folder, `${newest}.mod`), `module ${path}\n`);
  return `file://${join(root, name)}`;
}

function measure(command, GOPROXY, query = ['-m', `${many}@latest`]) {
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    GOPATH: join(root, 'gopath'),
    GOFLAGS: '-mod=mod',
    GOSUMDB: 'off',
    GOTOOLCHAIN: 'local',
    GOPROXY,
  };
  const args = ['-f', '%U %S %M', ...command, 'list', ...query];
  const { stdout, stderr } = spawnSync('/usr/bin/time', args, { cwd: join(root, 'main'), env, encoding: 'utf8' });
  const [user, system, kilobytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { answer: stdout.trim(), seconds: user + system, megabytes: Math.round(kilobytes / 1000) };
}

const text = ({ seconds, megabytes }) => `${seconds.toFixed(2)} s, ${megabytes} MB`;
const show = (what, go, ours, ratio) => console.log(`${what}: go ${text(go)}; tsgoget ${text(ours)} (${ratio})`);

try {
  mkdirSync(join(root, 'main'));
  writeFileSync(join(root, 'main/go.mod'), 'module example.com/main\n\ngo 1.26\n');
  for (const megabytes of [1.7, 63]) {
    const proxy = writeList(`list-${megabytes}`, megabytes * 1e6, (i) => `v1.0.${i}`);
    const go = measure(['go'], proxy);
    const ours = measure([process.execPath, program], proxy);
    if (go.answer !== ours.answer) throw new Error(`go: ${go.answer}, tsgoget: ${ours.answer}`);
    const ratio = (ours.seconds / go.seconds).toFixed(2);
    show(`${megabytes} MB`, go, ours, ratio);
  }
  const names = Array.from({ length: 40 }, (_, i) => `example.com/forty${i}`);
  let proxy;
  for (const name of names) {
    proxy = writeList('forty', 4e6, (i) => `v1.0.${i}`, name);
    writeFileSync(join(root, 'forty', name, '@v/v1.0.0.info'), '{"Version":"v1.0.0"}');
    writeFileSync(join(root, 'forty', name, '@v/v1.0.0.mod'), `module ${name}\n`);
  }
  const lines = names.map((name) => `\t${name} v1.0.0\n`).join('');
  writeFileSync(join(root, 'main/go.mod'), `module example.com/main\n\ngo 1.26\n\nrequire (\n${lines})\n`);
  const [go, ours] = [['go'], [process.execPath, program]].map((command) =>
    measure(command, proxy, ['-m', '-u', 'all']),
  );
  if (go.answer !== ours.answer) throw new Error('40 modules: the answers differ');
  show('40 modules of 4 MB', go, ours, (ours.seconds / go.seconds).toFixed(2));
} finally {
  rmSync(root, { recursive: true, force: true });
}
