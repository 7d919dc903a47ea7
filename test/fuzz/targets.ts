/** What is fuzzed: everything that reads bytes from outside, each with what must be true of the inputs that it accepts. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { removeTree } from '../../src/files/folder.js';
import { proxyRepo } from '../../src/goproxy/repo.js';
import { GoSum, scanGoSum } from '../../src/gosum/index.js';
import { readHeader, shouldBuild } from '../../src/imports/index.js';
import { wellFormedImports } from '../../src/imports/well-formed-imports.js';
import { parseInfoFile } from '../../src/modfetch/info-file.js';
import {
  decodeText,
  formatGoModBytes,
  formatGoWorkBytes,
  modulePath,
  parseGoMod,
  parseGoWork,
  parseSyntax,
  printSyntax,
} from '../../src/modfile/index.js';
import { checkFilePath, semver } from '../../src/module/index.js';
import { openNote, parseVerifierKey } from '../../src/note/index.js';
import { checkProofFile, formatProofFile, parseProofFile, proveRecords } from '../../src/proof/index.js';
import { createSumDb } from '../../src/sumdb/index.js';
import {
  AuthenticTree,
  formatRecord,
  formatTreeHead,
  parseRecord,
  parseTilePath,
  parseTreeHead,
  recordHash,
  sameHash,
  type Tile,
  tilePath,
} from '../../src/tlog/index.js';
import { parseWitnessPolicy } from '../../src/witness/index.js';
import { checkOpenZip } from '../../src/zipfile/extract-zip.js';
import { hashOpenZip, withZip } from '../../src/zipfile/hash-zip.js';
import { readContents } from '../../src/zipfile/zip-content.js';
import { FixtureLog, MemoryTree, transportOf } from '../support/fixture-log.js';
import { writeZip } from '../support/module-zip-writer.js';
import { generateKey, generateWitness, signNote } from '../support/signed-notes.js';
import { claim, type Target } from './fuzz.js';

const bytesOf = (texts: readonly string[]) => texts.map((text) => encodeUtf8(text));
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

const signer = generateKey('sum.test/db');
const stranger = generateKey('stranger.test');
const known = [parseVerifierKey(signer.verifierKey)];
const head = `go.sum database tree\n7\n${Buffer.alloc(32, 7).toString('base64')}\n`;

/** Texts that the key has signed, and what opens them. */
const signed = [head, `${head}extension\n\nmore\n`, 'a text\n\n', '\ufeffa\u00a0text\n'];

const note: Target = {
  name: 'note',
  samples: bytesOf([
    ...signed.map((text) => signNote(text, signer)),
    ...signed.map((text) => signNote(text, stranger, signer)),
    signNote(head, stranger),
  ]),
  words: [
    '\u2014 ',
    'sum.test/db',
    '\n\n',
    ...signed,
    signer.line(head),
    signer.line(signed[2]!),
    stranger.line(head),
    '=',
  ],
  run(input) {
    const opened = openNote(input, known);
    claim(signed.includes(opened.text), 'a text that was never signed verifies');
    claim(opened.signatures.length > 0, 'a note without a signature verifies');
    for (const s of opened.signatures) {
      const line = `\u2014 ${s.name} ${s.base64}\n`;
      claim(line === signer.line(opened.text), 'a signature that was never made verifies');
      claim(Buffer.from(input).includes(line), 'a signature that is not there verifies');
    }
    claim(
      Buffer.from(input).subarray(0, encodeUtf8(opened.text).length).equals(encodeUtf8(opened.text)),
      'the text is not that of the note',
    );
  },
};

const treeHead: Target = {
  name: 'tree head',
  samples: bytesOf([...signed, head.replace('7\n', '9007199254740991\n')]),
  words: ['go.sum database tree', '0', '-', '+', '1e3', '0x', 'AAAA=', '\u0661'],
  run(input) {
    const text = Buffer.from(input).toString('utf8');
    const parsed = parseTreeHead(text);
    claim(text.startsWith(formatTreeHead(parsed)), 'a head is read that is written otherwise');
  },
};

const record: Target = {
  name: 'record',
  samples: bytesOf([
    `0\nexample.com/m v1.0.0 h1:x=\nexample.com/m v1.0.0/go.mod h1:y=\n\n${signNote(head, signer)}`,
    '9007199254740991\na\n\n',
  ]),
  words: ['example.com/m v1.0.0 h1:z=\n', '7\n', '\n\n'],
  run(input) {
    const parsed = parseRecord(input);
    const written = encodeUtf8(formatRecord(parsed.id, parsed.text));
    claim(sameBytes(Buffer.concat([written, parsed.rest]), input), 'bytes of an answer belong to nothing');
    claim(sameBytes(parsed.bytes, encodeUtf8(parsed.text)), 'the text is not what is hashed');
  },
};

const tilePaths: Target = {
  name: 'tile path',
  samples: bytesOf(['tile/8/0/000', 'tile/8/1/x001/x234/067.p/1', 'tile/8/data/005', 'tile/30/63/x009/999']),
  words: ['tile', 'x000/', '.p/', 'data', '256', '-1', '00'],
  run(input) {
    const path = Buffer.from(input).toString('latin1');
    claim(tilePath(parseTilePath(path)) === path, 'a tile has two paths');
  },
};

const tree = new MemoryTree();
for (let i = 0; i < 90; i++) tree.add(recordHash(encodeUtf8(`${i}\n`)));

const tiles: Target = {
  name: 'tile',
  samples: ['tile/2/0/000', 'tile/2/0/022.p/2', 'tile/2/1/005.p/2', 'tile/2/2/001.p/1', 'tile/2/3/000.p/1'].map(
    (path) => tree.tile(parseTilePath(path))!,
  ),
  words: [Uint8Array.from(tree.node({ level: 0, index: 3 })), Uint8Array.from(tree.root(90)), new Uint8Array(32)],
  async run(input) {
    // one tile after the other is the given bytes; records and old trees are the true ones, or refused
    for (const path of ['tile/2/0/000', 'tile/2/0/022.p/2', 'tile/2/1/000', 'tile/2/2/001.p/1', 'tile/2/3/000.p/1']) {
      const read = async (tile: Tile) => ({ bytes: tilePath(tile) === path ? input : tree.tile(tile)! });
      const opened = new AuthenticTree({ size: 90, hash: tree.root(90) }, 2, { read });
      const isTrue = sameBytes(input, tree.tile(parseTilePath(path))!);
      const asks = [opened.recordHash(2), opened.rangeHash({ start: 0, end: 89 })];
      const truths = [tree.node({ level: 0, index: 2 }), tree.root(89)];
      for (const [i, result] of (await Promise.allSettled(asks)).entries()) {
        if (result.status === 'fulfilled') claim(sameHash(result.value, truths[i]!), 'a false hash is believed');
        else if (isTrue) throw result.reason;
        else claim((result.reason as { code?: string }).code !== undefined, String(result.reason));
      }
    }
  },
};

const log = new FixtureLog().pad(3);
const hash = (letter: string) => `h1:${letter.repeat(43)}=`;
log.add('example.com/m', 'v1.0.0', hash('z'), hash('m'));
log.add('example.com/evil', 'v1.0.0', hash('e'), hash('e'));
log.pad(2);
const answers = ['example.com/m', 'example.com/evil'].map((path) => log.respond(`/lookup/${path}@v1.0.0`).body);

/** The whole way of an answer: whatever stands there, the lines are the true ones, all or none of them. */
const lookup: Target = {
  name: 'look-up',
  samples: answers,
  words: [
    `example.com/m v1.0.0 ${hash('e')}\n`,
    'example.com/m v1.0.0/go.mod',
    '3\n',
    '4\n',
    log.note(),
    log.note(4),
    formatRecord(4, log.texts[4]!),
    signer.line(head),
  ],
  async run(input) {
    const base = transportOf(log);
    const get = (url: string, max: number) => (url.includes('/lookup/') ? Promise.resolve(input) : base.get(url, max));
    const folder = join(await scratch(), 'nothing-here');
    const db = createSumDb({
      env: { GOSUMDB: log.verifierKey, GONOSUMDB: '' },
      proxies: [{ url: 'https://proxy.test', fallBackOnError: false }],
      transport: { get },
      stateDir: folder,
      cacheDir: folder,
    });
    const { lines } = await db.lookup('example.com/m', 'v1.0.0');
    const found = lines.map((line) => `${line.version} ${line.hash}`).join('\n');
    const truth = `v1.0.0 ${hash('z')}\nv1.0.0/go.mod ${hash('m')}`;
    claim(found === truth || found === '', `a line that the log does not have: ${found}`);
    await db.requireHash('example.com/m', 'v1.0.0', hash('z'));
    claim(
      await db.requireHash('example.com/m', 'v1.0.0', hash('e')).then(
        () => false,
        () => true,
      ),
      'a false hash is proven',
    );
  },
};

const goMods = bytesOf([
  'module example.com/m\n\ngo 1.21\n\ntoolchain go1.21.3\n\nrequire (\n\ta.b/c v1.2.3 // indirect\n\t"d.e/f" v0.0.0-20240102030405-0123456789ab\n)\n',
  '// Deprecated: no\nmodule "x.y/z/v2"\n\nretract (\n\t// why\n\t[v1.0.0, v1.2.0]\n\tv1.9.9 // typo\n)\nreplace a.b/c v1.2.3 => ../c\nreplace d.e/f => g.h/i v1.0.0\nexclude a.b/c v1.0.0\n',
  'module m\r\ngodebug x=y\r\ntool a.b/c/cmd\r\nignore ./x\r\nrequire a.b/c v1.2.3 /* no */\r\n',
]);
const modWords = [
  'module ',
  'require ',
  'retract [',
  '(',
  ')',
  '=>',
  '// indirect',
  '"',
  '`',
  '\\',
  ',',
  'v1.2.3',
  'go 1.21',
  '/*',
  '//',
];

const goMod: Target = {
  name: 'go.mod',
  samples: goMods,
  words: modWords,
  run(input) {
    claim(typeof modulePath(input) === 'string', 'a module path is a text');
    const printed = printSyntax(parseSyntax('go.mod', decodeText(input)));
    claim(printSyntax(parseSyntax('go.mod', printed)) === printed, 'what is printed is printed otherwise again');
    for (const lax of [true, false]) formatGoModBytes(parseGoMod('go.mod', input, { lax }));
  },
};

const goWork: Target = {
  name: 'go.work',
  samples: [...bytesOf(['go 1.21\n\nuse (\n\t.\n\t./x // y\n)\n\nreplace a.b/c => ../c\n']), goMods[1]!],
  words: [...modWords, 'use ', './x'],
  run(input) {
    const printed = formatGoWorkBytes(parseGoWork('go.work', input));
    claim(
      sameBytes(formatGoWorkBytes(parseGoWork('go.work', printed)), printed),
      'what is printed is printed otherwise',
    );
  },
};

const goSum: Target = {
  name: 'go.sum',
  samples: bytesOf([
    `a.b/c v1.2.3 ${hash('a')}\na.b/c v1.2.3/go.mod ${hash('b')}\na.b/c v1.2.3 h2:x\n`,
    `a.b/c v1.2.3 ${hash('a')}\r\n\r\n__proto__ constructor ${hash('b')}`,
  ]),
  words: ['a.b/c', 'v1.2.3', '/go.mod', 'h1:', hash('c'), '\u0085', '\u2028'],
  run(input) {
    let last = 0;
    for (const { line } of scanGoSum(input)) {
      claim(line > last, 'lines do not come in order');
      last = line;
    }
    for (const dropMalformed of [true, false]) {
      const sums = GoSum.parse('go.sum', input, { dropMalformed });
      const text = sums.format();
      claim(GoSum.parse('go.sum', text).format() === text, 'what is printed is read otherwise');
    }
  },
};

const prefix = 'example.com/m@v1.0.0/';
const zips = [
  writeZip([
    { name: `${prefix}go.mod`, data: 'module example.com/m\n', method: 'deflate' },
    { name: `${prefix}d/` },
    { name: `${prefix}d/a.go`, data: 'package a\n'.repeat(30), method: 'deflate', descriptor: true },
  ]),
  writeZip([{ name: `${prefix}a`, data: 'a' }], { zip64: true, comment: Buffer.from('PK\x05\x06') }),
  writeZip([{ name: `${prefix}x.go`, data: 'x', method: 'store' }], {
    prepend: Buffer.from('#!'),
    append: Buffer.from('z'),
  }),
];

const zip: Target = {
  name: 'zip',
  samples: zips,
  words: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08', prefix, '../', 'GO.MOD'],
  async run(input) {
    const file = join(await scratch(), 'm.zip');
    writeFileSync(file, input);
    await withZip(file, async (opened) => {
      const h1 = await hashOpenZip(opened);
      claim((await hashOpenZip(opened)) === h1, 'a zip has two hashes');
      checkOpenZip(opened, { path: 'example.com/m', version: 'v1.0.0' });
      let total = 0;
      await readContents(opened, async ({ name, size }, content) => {
        if (name === prefix) return;
        claim(name.startsWith(prefix), `a name leads out: ${name}`);
        checkFilePath(name.slice(prefix.length).replace(/\/$/, ''));
        if (!(content instanceof Uint8Array)) for await (const part of content) total += part.length;
        else {
          claim(content.length === size, 'a file has another size than it says');
          total += content.length;
        }
      });
      claim(total <= 1 << 26, 'a small zip has large contents');
    });
  },
};

/** One proxy that answers every question with the input. */
const info: Target = {
  name: 'info and list',
  samples: bytesOf([
    '{"Version":"v1.0.0","Time":"2020-01-02T03:04:05Z","Origin":{"VCS":"git","URL":"https://a.b"}}',
    '{"version":"v1.0.1","TIME":null,"X":[1,{"y":"\\ud800"}]}',
    'v1.0.0\nv1.2.0-pre 2020-01-02T03:04:05.123456789+01:00\nv0.0.0-20240102030405-0123456789ab\nv1\n',
  ]),
  words: [
    '"Version":',
    '"Time":',
    '{',
    '}',
    '[',
    ']',
    '\\u0000',
    '__proto__',
    'v99999999999999999999.0.0',
    '1e400',
    'v1.0.0',
  ],
  async run(input) {
    const source = { get: async () => input, download: () => Promise.reject(new Error('nothing is downloaded')) };
    const repo = proxyRepo({ path: 'example.com/m', source, proxy: 'https://proxy.test', goVersion: '1.26.8' });
    const settled = await Promise.allSettled([
      repo.stat('v1.0.0'),
      repo.stat('main'),
      repo.latest(),
      repo.versions(''),
    ]);
    for (const result of settled) {
      if (result.status === 'rejected' && (result.reason as { code?: unknown }).code === undefined) throw result.reason;
    }
    const [exact, , , list] = settled;
    if (exact.status === 'fulfilled') claim(exact.value.version === 'v1.0.0', 'the info of another version is taken');
    if (list.status === 'fulfilled') {
      const versions = list.value.sorted();
      claim(
        versions.every((v, i) => i === 0 || semver.compareStrict(versions[i - 1]!, v) <= 0),
        'a list is not in order',
      );
      claim(
        versions.every((v) => semver.isValid(v)),
        'a list has what is no version',
      );
    }
    const stat = parseInfoFile(input);
    claim(stat === undefined || stat.version !== '', 'a cached answer without a version is one');
  },
};

const proven = [1, 3, 5];
const proofFile: Target = {
  name: 'proof file',
  samples: [[3], proven].map((ids) =>
    encodeUtf8(
      formatProofFile({
        records: ids.map((id) => ({ id, text: log.texts[id]! })),
        hashes: proveRecords(ids, log.texts.length, (range) => log.tree.rangeHash(range)),
        note: log.note(),
      }),
    ),
  ),
  words: [...log.texts.map((text, id) => formatRecord(id, text)), log.note(4), log.note(), hash('e')],
  run(input) {
    const file = parseProofFile(input);
    const logKey = parseVerifierKey(log.verifierKey);
    checkProofFile(file, parseTreeHead(openNote(file.note, [logKey]).text));
    claim(
      file.records.every(({ id, text }) => log.texts[id] === text),
      'a record is proven that the log does not have',
    );
  },
};

const witness = generateWitness('w.test');
const policy: Target = {
  name: 'witness policy',
  samples: bytesOf([
    `log ${log.verifierKey}\nwitness w ${witness.verifierKey}\ngroup g any w\nquorum g\n`,
    '# nobody\nquorum none\n',
  ]),
  words: [
    'log ',
    'witness ',
    'group ',
    'quorum ',
    'any',
    'all',
    '1',
    '-1',
    '99999999999',
    'none',
    'w',
    witness.verifierKey,
  ],
  run: (input) => parseWitnessPolicy(input),
};

const goSource: Target = {
  name: 'Go source',
  samples: bytesOf([
    '// Doc.\n\n//go:build linux && !(cgo || ignore)\n// +build linux,!cgo a\n\npackage p // p\n\nimport "fmt"\nimport (\n\t_ "embed"; x `a`\n)\n\n//go:embed a "b\\x41"\nvar s = "//go:embed"\n',
    '/* a\n*/\npackage p\nimport "\\u0061/b"\nif x {\n',
  ]),
  words: [
    'package ',
    'import ',
    '(',
    ')',
    '"',
    '`',
    '\\',
    '/*',
    '*/',
    '//',
    '//go:build ',
    '// +build ',
    '//go:embed ',
    '!',
    '&&',
    '\n',
    '\0',
    '\ufeff',
  ],
  run: (input) => {
    const { header, imports, embeds } = readHeader('x.go', input);
    claim(
      header.length <= input.length && imports.length + embeds.length <= input.length,
      'more was read than there is',
    );
    claim(!shouldBuild(header, new Set(['linux'])) || shouldBuild(header, 'any'), 'a build takes what no build takes');
    // before a second byte order mark one reader sees nothing, the other passes over it: so do those of go
    const paths = header[0] === 0xef ? undefined : new Set(imports.map(({ path }) => path));
    claim(wellFormedImports(header)?.every((path) => paths?.has(path) ?? true) ?? true, 'a stricter reader finds more');
  },
};

export const targets: readonly Target[] = [
  proofFile,
  policy,
  note,
  treeHead,
  record,
  tilePaths,
  tiles,
  lookup,
  goMod,
  goWork,
  goSum,
  goSource,
  zip,
  info,
];

let folder: string | undefined;

/** A folder for what has to be a file; `cleanUp` removes it. */
async function scratch(): Promise<string> {
  folder ??= mkdtempSync(join(tmpdir(), 'tsgoget-fuzz-'));
  return folder;
}

export async function cleanUp(): Promise<void> {
  if (folder !== undefined) await removeTree(folder);
  folder = undefined;
}
