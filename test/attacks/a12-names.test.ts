/**
 * A12: names that mean something to whoever meets them next: URLs, folders, shells. CVE-2025-68119 (versions that become
 * arguments or files), CVE-2018-16874 (braces in import paths), CVE-2018-7187 (import paths nobody checked).
 *
 * Elsewhere: each rule (test/module/path.test.ts, escape.test.ts; test/goproxy/repo.test.ts; test/modcache/modcache.test.ts,
 * "names"; test/sumdb/sum-db.test.ts, "A12"); as processes (test/process/network-attacks.test.ts, "A12").
 * Here: each name in every place where one is read: arguments, go.mod here and there, go.sum, replacements.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';

const paths: [advisory: string, path: string][] = [
  ['CVE-2018-16874', 'example.com/{evil}/x'],
  ['CVE-2018-16874', 'example.com/x/..{a,b}'],
  ['CVE-2018-16874', '{../../../../x}'],
  ['CVE-2018-7187', 'example.com/-oProxyCommand=touch'],
  ['CVE-2018-7187', '-oProxyCommand=touch/x'],
  ['CVE-2018-7187', 'example.com/x;touch executed'],
  ['CVE-2018-7187', 'example.com/$(touch executed)'],
  ['A12', 'example.com/../../../x'],
  ['A12', '../x.y/z'],
  ['A12', '/etc/passwd'],
  ['A12', 'example.com\\x'],
  ['A12', 'example.com/x%2f..%2fy'],
  ['A12', 'example.com/x?y=z'],
  ['A12', 'example.com/x#y'],
  ['A12', 'example.com:80/x'],
  ['A12', 'https://example.com/x'],
  ['A12', 'user@example.com/x'],
  ['A12', 'example.com//x'],
  ['A12', 'example.com/x/'],
  ['A12', 'example.com/x.'],
  ['A12', 'example.com/nul'],
  ['A12', 'example.com/aux.txt/x'],
  ['A12', 'example.com/x~1'],
  ['A12', 'example.com/\u0131'],
  ['A12', 'example.com/x\u202ey'],
  ['A12', 'EXAMPLE.com/x'],
];

const versions: [advisory: string, version: string][] = [
  ['CVE-2025-68119', '--upload-pack=touch'],
  ['CVE-2025-68119', '-v1.0.0'],
  ['CVE-2025-68119', '--config=alias.x=!touch'],
  ['CVE-2025-68119', 'v1.0.0 --exec=touch'],
  ['CVE-2025-68119', '../../../../tmp/x'],
  ['CVE-2025-68119', 'v1.0.0/../../x'],
  ['CVE-2025-68119', 'v1.0.0\\..\\x'],
  ['A12', 'v1.0.0%2f..'],
  ['A12', 'v1.0.0?x=y'],
  ['A12', 'v1.0.0#x'],
  ['A12', '..'],
  ['A12', '/v1.0.0'],
  ['A12', 'v1.0.0:x'],
];

/** What was asked for, but for honest names, and what was written, but for the folders of the fixtures. */
function traces(world: Awaited<ReturnType<typeof openWorld>>) {
  const asked = world.mirror.requests.map((r) => r.path);
  return {
    odd: asked.filter((p) => /\.\.|%2f|%5c|\?|#|\\|:|\$|;|\{|-o|--/i.test(p)),
    files: [...world.snapshot().keys()],
    beside: readdirSync(world.dir).filter((name) => !/^(?:gopath|outside|main\d+)$/.test(name)),
  };
}

const clean = { odd: [], files: [], beside: [] };

describe('paths', () => {
  test.each(paths)('%s: %s names nothing, wherever it stands', async (_, path) => {
    await using world = await openWorld();
    const quoted = JSON.stringify(path);
    for (const args of [
      ['resolve', '--', path],
      ['mod', 'download', '--', `${path}@v1.0.0`],
      ['list', '-m', '-versions', '--', `${path}@latest`],
    ]) {
      const { code, stdout, stderr } = await runMain(world, args);
      expect([args, [1, 2].includes(code), stdout, stderr.includes('internal error')]).toEqual([args, true, '', false]);
    }
    for (const goMod of [
      `module example.com/me\n\ngo 1.21\n\nrequire ${quoted} v1.0.0\n`,
      `module example.com/me\n\ngo 1.21\n\nreplace example.com/x => ${quoted} v1.0.0\n\nrequire example.com/x v1.0.0\n`,
    ]) {
      const cwd = world.mainModule(goMod);
      const { code, stderr } = await runMain(world, ['mod', 'download'], { cwd });
      expect([goMod, code, stderr.includes('internal error')]).toEqual([goMod, 1, false]);
    }
    expect(traces(world)).toEqual(clean);
  });

  test('twin: a path with every character that may stand in one', async () => {
    const path = 'example.com/A-b_c.d~e/v2x';
    const module = { path, version: 'v1.0.0', files: { 'go.mod': `module ${path}\n` } };
    await using world = await openWorld({ modules: [module] });
    expect(await runMain(world, ['mod', 'download', `${path}@v1.0.0`])).toMatchObject({ code: 0 });
  });
});

describe('versions', () => {
  test.each(versions)('%s: %s is no version and no argument of anything', async (_, version) => {
    await using world = await openWorld();
    for (const args of [
      ['resolve', '--', `example.com/words@${version}`],
      ['mod', 'download', '--', `example.com/words@${version}`],
      ['list', '-m', '--', `example.com/words@${version}`],
    ]) {
      const { code, stdout } = await runMain(world, args);
      expect([args, [1, 2].includes(code), stdout]).toEqual([args, true, '']);
    }
    for (const goMod of [
      `module example.com/me\n\ngo 1.21\n\nrequire example.com/words ${JSON.stringify(version)}\n`,
      `module example.com/me\n\ngo 1.21\n\nretract ${JSON.stringify(version)}\n\nexclude example.com/words ${JSON.stringify(version)}\n`,
    ]) {
      const { code } = await runMain(world, ['mod', 'download'], { cwd: world.mainModule(goMod) });
      expect([goMod, code]).toEqual([goMod, 1]);
    }
    const { files, beside, odd } = traces(world);
    expect([files, beside]).toEqual([[], []]);
    // a branch may have a dash in front and odd characters: then it is one escaped element of a URL
    expect(
      odd.filter((p) => !/^\/example\.com(?:\/words|\/me)?\/@v\/(?:[\w.:@$&+=!~-]|%[0-9A-F]{2})+\.info$/.test(p)),
    ).toEqual([]);
    expect(odd.filter((p) => /%2f|%5c|\.\./i.test(p))).toEqual([]);
  });

  test('a go.sum full of such names is read as text: nothing is asked about them', async () => {
    await using world = await openWorld();
    const lines = paths.map(([, path]) => `${path.replaceAll(' ', '_')} v1.0.0 h1:${'A'.repeat(43)}=\n`);
    lines.push(...versions.map(([, version]) => `example.com/words ${version.replaceAll(' ', '_')} h1:x=\n`));
    const cwd = world.mainModule({
      'go.mod': 'module example.com/me\n\ngo 1.21\n\nrequire example.com/words v0.3.1\n',
      'go.sum': lines.join(''),
    });
    expect((await runMain(world, ['resolve'], { cwd })).code).toBe(0);
    expect(traces(world).odd).toEqual([]);
    expect(traces(world).beside).toEqual([]);
  });
});
