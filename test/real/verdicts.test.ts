/**
 * The same verdict as the go command: on shared ground one thing is wrong, with the mirror, the checksum database, go.sum, the settings or
 * the module cache, and both programs are asked. Where tsgoget's verdict is another, the case says why, and both are asserted;
 * README's "differences" lists these.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashGoMod } from '../../src/dirhash/index.js';
import { publicDomain } from '../../src/goenv/defaults.js';
import { FixtureLog } from '../support/fixture-log.js';
import { startMirror } from '../support/fixture-mirror.js';
import { logOf, sumsOf } from '../support/fixture-world.js';
import type { RawZipEntry } from '../support/module-zip-writer.js';
import { generateKey, signNote } from '../support/signed-notes.js';
import { hasGo } from './go-command.js';
import {
  all,
  answering,
  type Case,
  download,
  downloadOdd,
  evil,
  evilGoMod,
  evilZip,
  evilZipBytes,
  faulty,
  forgedTile,
  fork,
  goSum,
  judge,
  lookupPath,
  mainGoMod,
  modLine,
  modules,
  noteOfAnswer,
  oddZip,
  type Place,
  path,
  recording,
  serving,
  settings,
  sums,
  tilePath,
  version,
  zipLine,
} from './verdict-ground.js';

const falseHash = `h1:${'A'.repeat(43)}=`;
const falseZipLine = `${path} ${version} ${falseHash}\n`;
const falseModLine = `${path} ${version}/go.mod ${falseHash}\n`;
const wordsHash = (text: string) => hashGoMod(Buffer.from(text));
const earlier = 'mod download example.com/words@v0.3.0';
const later = 'mod download example.com/words@v0.4.0';
const fromGoSum = /verifying example.com\/\S+: checksum mismatch\n\tdownloaded: h1:.+\n\tgo.sum: .+\n\nSECURITY ERROR/;
const fromLog = /checksum mismatch\n\tdownloaded: h1:.+\n\tsum.test\/db: h1:.+\n\nSECURITY ERROR/;
const missing = /checksum missing from sumdb response\n\nSECURITY ERROR/;
const stranger = generateKey('sum.test/db', 'another');

const good = (prefix: string): RawZipEntry => ({ name: `${prefix}a.go`, data: 'package a\n' });
const withEntry = (more: (prefix: string) => RawZipEntry) => oddZip((prefix) => [good(prefix), more(prefix)]);

const toolchain = {
  path: `${publicDomain}/toolchain`,
  version: 'v0.0.1-go1.99.0.linux-amd64',
  files: { 'go.mod': `module ${publicDomain}/toolchain\n` },
};
const downloadToolchain = `mod download ${toolchain.path}@${toolchain.version}`;
/** A database that nothing leads to: its own address is closed. */
const unreachable = new FixtureLog({ name: '127.0.0.1:9/db' });

const change = (file: string, edit: (text: string) => string) =>
  writeFileSync(file, edit(readFileSync(file, 'latin1')), 'latin1');
const inCache = (extension: string) => `${path}/@v/${version}.${extension}`;
const swapZip = (p: Place) => writeFileSync(p.downloaded(inCache('zip')), evilZipBytes);
const forgetFolder = (p: Place) => rmSync(dirname(p.extracted('words.go')), { recursive: true });

const cases: Record<string, Record<string, Case>> = {
  'nothing is wrong': {
    'a download': { verdict: 'yes' },
    'a download outside a module': { verdict: 'yes', files: null },
    'a download of what go.mod does not list': {
      verdict: 'yes',
      files: { 'go.mod': 'module example.com/me\n\ngo 1.21\n' },
    },
    'a download of what only go.sum lists': {
      verdict: 'yes',
      files: { 'go.mod': 'module example.com/me\n\ngo 1.21\n', 'go.sum': goSum },
      ground: faulty({ path: '/lookup/', status: 500 }),
    },
    'a download, as JSON': { verdict: 'yes', run: 'mod download -json' },
    'a download of what go.mod lists': { verdict: 'yes', run: 'mod download', files: { 'go.sum': goSum } },
    'the build list': { verdict: 'yes', run: 'list -m -mod=mod all' },
    'the graph': { verdict: 'yes', run: 'mod graph' },
    'a cache as it was downloaded': {
      verdict: 'yes',
      first: 'mod download',
      run: 'mod verify',
      says: /^all modules verified$/m,
    },
    'everything from the cache, and no proxy left': {
      verdict: 'yes',
      files: null,
      first: download,
      after: (_, g) => settings({ GOPROXY: 'off' })(g),
    },
  },

  'the mirror serves': {
    'another zip': { verdict: 'refuted', ground: faulty(evilZip), says: fromLog },
    'another zip, asked for as JSON': {
      verdict: 'refuted',
      ground: faulty(evilZip),
      run: `mod download -json ${path}@${version}`,
      ours: {
        verdict: 'refuted',
        because: 'a refused module leaves nothing in go.sum',
        unwritten: `${path} ${version} ${sumsOf(evil).zip}\n`,
      },
      says: /"Error": "example.com\/words@v0.3.1: verifying module: checksum mismatch/,
    },
    'another zip than go.sum has': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      ground: faulty(evilZip),
      says: fromGoSum,
    },
    'another go.mod': { verdict: 'refuted', ground: faulty(evilGoMod), says: fromLog },
    'another go.mod, for the build list': {
      verdict: 'refuted',
      ground: faulty(evilGoMod),
      run: 'list -m -mod=mod all',
      says: /^go: example.com\/words@v0.3.1: verifying go.mod: checksum mismatch/m,
    },
    'another go.mod than go.sum has, for the graph': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      ground: faulty(evilGoMod),
      run: 'mod graph',
      says: fromGoSum,
    },
    'a zip with a bit flipped': {
      verdict: 'refuted',
      ground: faulty({ path: '.zip', flipBit: 8 * 70 }),
      says: /zip: checksum error/,
    },
    'a page instead of a zip': {
      verdict: 'refuted',
      ground: faulty({ path: '.zip', body: '<html></html>' }),
      says: /zip: not a valid zip file/,
    },
    'a zip cut off': { verdict: 'no', ground: faulty({ path: '.zip', truncateAt: 50 }), says: /unexpected EOF/ },
    'no zip': { verdict: 'no', ground: faulty({ path: '.zip', status: 404 }), says: /404 Not Found/ },
    'no go.mod': { verdict: 'no', ground: faulty({ path: '.mod', status: 410 }), says: /410 Gone/ },
    'nothing at all': {
      verdict: 'no',
      ground: faulty({ path: '@v/', status: 500 }),
      says: /500 Internal Server Error/,
    },
    'information about another version': {
      verdict: 'no',
      ground: faulty({ path: '.info', body: '{"Version":"v0.4.0","Time":"2020-01-02T03:04:05Z"}' }),
      says: /proxy returned info for version v0.4.0 instead of requested version/,
    },
    'information that is no JSON': {
      verdict: 'no',
      ground: faulty({ path: '.info', body: 'v0.3.1' }),
      says: /invalid response from proxy .*invalid character 'v' looking for beginning of value/,
    },
    'a go.mod of another module, which is on record': {
      verdict: 'no',
      ground: all(
        faulty({ path: '.mod', body: 'module example.com/other\n' }),
        recording(`${zipLine}${path} ${version}/go.mod ${wordsHash('module example.com/other\n')}\n`),
      ),
      run: 'list -m -mod=mod all',
      says: /parsing go.mod:\n\tmodule declares its path as: example.com\/other\n\t +but was required as: /,
    },
  },

  'go.sum has': {
    'another hash of the zip': { verdict: 'refuted', files: { 'go.sum': falseZipLine + modLine }, says: fromGoSum },
    'another hash of go.mod': {
      verdict: 'refuted',
      files: { 'go.sum': zipLine + falseModLine },
      run: 'list -m all',
      says: fromGoSum,
    },
    'no line for go.mod': {
      verdict: 'no',
      files: { 'go.sum': zipLine },
      run: 'list -m all',
      says: /missing go.sum entry for go.mod file; to add it:\n\tgo mod download example.com\/words/,
    },
    'no line for the zip': { verdict: 'yes', files: { 'go.sum': modLine } },
    'no line for the zip, which is another': {
      verdict: 'refuted',
      files: { 'go.sum': modLine },
      ground: faulty(evilZip),
      says: fromLog,
    },
    'two hashes, the false one first': {
      verdict: 'refuted',
      files: { 'go.sum': falseZipLine + zipLine + modLine },
      says: fromGoSum,
    },
    'two hashes, the true one first': { verdict: 'yes', files: { 'go.sum': zipLine + falseZipLine + modLine } },
    'a hash of an unknown kind': {
      verdict: 'yes',
      files: { 'go.sum': zipLine.replace('h1:', 'h2:') + modLine },
      says: /SECURITY WARNING\nThis download is listed in go.sum, but using an unknown hash algorithm/,
    },
    'a hash of an unknown kind, and the log has another': {
      verdict: 'refuted',
      files: { 'go.sum': zipLine.replace('h1:', 'h2:') + modLine },
      ground: faulty(evilZip),
      says: fromLog,
    },
    'line ends of Windows': { verdict: 'yes', files: { 'go.sum': goSum.replaceAll('\n', '\r\n') } },
    'empty lines, and tabs': { verdict: 'yes', files: { 'go.sum': `\n${goSum.replaceAll(' ', ' \t ')}\n \n` } },
    'a line of two fields': {
      verdict: 'no',
      files: { 'go.sum': `${goSum}${path} v0.4.0\n` },
      says: /^malformed go.sum:\n.*go.sum:3: wrong number of fields 2$/m,
    },
    'a line of four fields': {
      verdict: 'no',
      files: { 'go.sum': `${zipLine.trimEnd()} x\n` },
      says: /^malformed go.sum:\n.*go.sum:1: wrong number of fields 4$/m,
    },
    'bytes that are no UTF-8': {
      verdict: 'yes',
      ours: {
        verdict: 'no',
        because: 'a line that is no text can be neither shown nor compared, so go.sum is malformed',
        says: /^malformed go.sum:\n.*go.sum:3: invalid UTF-8$/m,
      },
      files: { 'go.sum': Buffer.concat([Buffer.from(`${goSum}a `), Buffer.from([0xff]), Buffer.from(' b\n')]) },
    },
    'another hash of a replacement': {
      verdict: 'refuted',
      files: {
        'go.mod': `${mainGoMod}\nreplace ${path} => example.com/fork/words v0.4.1\n`,
        'go.sum': `example.com/fork/words v0.4.1/go.mod ${falseHash}\n`,
      },
      run: 'list -m all',
      says: fromGoSum,
    },
    'another hash, as go.work.sum': {
      verdict: 'refuted',
      files: { 'go.work': 'go 1.21\n\nuse .\n', 'go.work.sum': falseModLine },
      run: 'list -m all',
      says: /checksum mismatch\n\tdownloaded: h1:.+\n\tgo.work.sum: .+\n\nSECURITY ERROR/,
    },
  },

  'the record': {
    'is of another module': {
      verdict: 'refuted',
      ground: recording(goSum.replaceAll(path, 'example.com/word')),
      says: missing,
    },
    'is of another version': {
      verdict: 'refuted',
      ground: recording(goSum.replaceAll('v0.3.1', 'v0.3.10')),
      says: missing,
    },
    'is that of another look-up (CVE-2026-42501)': {
      verdict: 'refuted',
      ground: (g) => g.log.forge(lookupPath, () => g.log.respond('/lookup/example.com/words@v0.3.0').body),
      says: missing,
    },
    'has no line of the zip': { verdict: 'refuted', ground: recording(modLine), says: missing },
    'has no line of go.mod': { verdict: 'refuted', ground: recording(zipLine), says: missing },
    'has hashes of another kind': {
      verdict: 'refuted',
      ground: recording(goSum.replaceAll('h1:', 'h2:')),
      says: missing,
    },
    'has a fourth field': {
      verdict: 'refuted',
      ground: recording(goSum.replaceAll('=\n', '= x\n')),
      says: /SECURITY ERROR/,
    },
    'has two hashes, the false one first': {
      verdict: 'refuted',
      ground: recording(falseModLine + goSum),
      says: fromLog,
    },
    'has two hashes, the true one first': {
      verdict: 'yes',
      ours: {
        verdict: 'refuted',
        because: 'a record with two hashes of one thing proves neither',
        says: fromLog,
      },
      ground: recording(goSum + falseModLine),
    },
    'is beyond the tree': {
      verdict: 'refuted',
      ground: answering((text) => text.replace(/^\d+/, '9999')),
      says: /cannot validate record 9999 in tree of size \d+/,
    },
    'has the number of another': {
      verdict: 'refuted',
      ground: answering((text) => text.replace(/^\d+/, '1')),
      says: /cannot authenticate record data in server response/,
    },
    'was changed': {
      verdict: 'refuted',
      ground: answering((text) => text.replace(sums.mod, falseHash)),
      says: /cannot authenticate record data in server response/,
    },
    'is of another module, with the lines behind the signature (CVE-2026-56864)': {
      verdict: 'no',
      ground: all(
        recording('example.com/word v0.3.1 h1:x=\n'),
        answering((text) => text + goSum),
      ),
      says: /reading tree note: malformed note/,
    },
    'is of another module, with the lines in the signed note (CVE-2026-56864)': {
      verdict: 'refuted',
      ground: all(
        recording('example.com/word v0.3.1 h1:x=\n'),
        answering((text, log) => {
          const [head] = noteOfAnswer.exec(text)![0].split('\n\n');
          return text.replace(noteOfAnswer, signNote(`${head}\n${goSum}`, log.signer));
        }),
      ),
      says: missing,
    },
  },

  'the tree': {
    'is signed, but not what it says': {
      verdict: 'refuted',
      ground: answering((text) => text.replace(/tree\n\d+\n/, 'tree\n99\n')),
      says: /reading tree note: invalid signature for key sum.test\/db\+/,
    },
    'is signed by an unknown key of that name': {
      verdict: 'refuted',
      ground: (g) => {
        g.log = logOf(modules, new FixtureLog({ signer: stranger }));
      },
      says: /reading tree note: note has no verifiable signatures/,
    },
    'is signed by an unknown key too': {
      verdict: 'yes',
      ground: answering((text) => text + stranger.line(`${noteOfAnswer.exec(text)![0].split('\n\n')[0]}\n`)),
    },
    'has a tile with a bit flipped': {
      verdict: 'refuted',
      ground: (g) => g.log.flipBit(tilePath, 77),
      says: /downloaded inconsistent tile/,
    },
    'has a tile cut off': { verdict: 'no', ground: (g) => g.log.truncate(tilePath, 320), says: /tile\/8\/0\/000.p/ },
    'of 768 has a forged record and tile (CVE-2026-56865)': {
      verdict: 'refuted',
      ground: forgedTile(768),
      says: /downloaded inconsistent tile/,
    },
    'of 256 has a forged record and tile': {
      verdict: 'refuted',
      ground: forgedTile(256),
      says: /downloaded inconsistent tile/,
    },
    'is forked at the same size': {
      verdict: 'refuted',
      first: earlier,
      after: (_, g) => fork(g),
      run: later,
      says: /go.sum database server misbehavior detected!\n\nold database:\n\tgo.sum database tree\n\t21\n/,
    },
    'is forked at a larger size': {
      verdict: 'refuted',
      first: earlier,
      after: (_, g) => fork(g, 300),
      run: later,
      says: /go.sum database server misbehavior detected!\n[\s\S]*\nproof of misbehavior:\n\t\S{44}\n/,
    },
    'was forked, and is honest again': {
      verdict: 'yes',
      ours: {
        verdict: 'refuted',
        because: 'a log that was caught with two histories is not believed again until a person decides',
        says: /signed histories that contradict each other/,
      },
      files: null,
      first: earlier,
      after: async (place, g) => {
        const honest = g.log;
        fork(g);
        expect(await place.run(later)).not.toMatchObject({ code: 0 });
        g.log = honest;
      },
    },
    'is an older one of the same history': {
      verdict: 'yes',
      ground: (g) => g.log.pad(300).useOldHead(path, version, modules.length),
      first: earlier,
    },
    'seen last is no note': {
      verdict: 'no',
      first: earlier,
      after: ({ latest }) => writeFileSync(latest, 'junk\n'),
      says: /malformed note\nnote:\njunk/,
    },
    'seen last was changed': {
      verdict: 'no',
      first: earlier,
      after: ({ latest }) => change(latest, (note) => note.replace('\n21\n', '\n20\n')),
      says: /invalid signature for key sum.test\/db\+/,
    },
    'is right, and a cached record was changed': {
      verdict: 'refuted',
      ours: { verdict: 'yes', because: 'a cached record that fails is dropped, and asked for again' },
      first: download,
      after: (p) => {
        change(p.downloaded(`sumdb/sum.test/db${lookupPath}`), (text) => text.replace(sums.mod, falseHash));
        rmSync(join(p.main, 'go.sum'));
      },
    },
    'is right, and a cached tile was changed': {
      verdict: 'refuted',
      ours: { verdict: 'yes', because: 'a cached tile that fails is dropped, and asked for again' },
      first: earlier,
      after: (p) => change(p.downloaded(`sumdb/sum.test/db${tilePath}`), (tile) => tile.replace(/^./s, '!')),
    },
  },

  'the way to the database': {
    'is a proxy that knows it': { verdict: 'yes', ground: faulty({ path: '/supported', body: 'yes' }) },
    'is its own address, which is closed': {
      verdict: 'no',
      ground: all(faulty({ path: '/supported', status: 404 }), settings({ GOSUMDB: unreachable.verifierKey })),
      says: /Get "https:\/\/127.0.0.1:9\/db\/lookup\/example.com\/words@v0.3.1": dial tcp 127.0.0.1:9/,
    },
    'is the second proxy, for the first does not know it': {
      verdict: 'yes',
      ground: async (g) => {
        const first = await startMirror({ faults: [{ path: '/supported', status: 410 }] });
        g.servers.push(first);
        settings({ GOPROXY: `${first.url},${g.world.mirror.url}` })(g);
      },
    },
    'is forbidden': { verdict: 'no', ground: faulty({ path: '/supported', status: 403 }), says: /403 Forbidden/ },
    'is broken': {
      verdict: 'no',
      ground: faulty({ path: '/supported', status: 500 }),
      says: /500 Internal Server Error/,
    },
    'ends at a look-up that is not found': {
      verdict: 'no',
      ground: faulty({ path: '/lookup/', status: 404 }),
      says: /404 Not Found/,
    },
    'ends at a look-up that is gone': {
      verdict: 'no',
      ground: faulty({ path: '/lookup/', status: 410 }),
      says: /410 Gone/,
    },
    'ends at a look-up that fails': {
      verdict: 'no',
      ground: faulty({ path: '/lookup/', status: 500 }),
      says: /500 Internal Server Error/,
    },
    'ends at a tile that fails': {
      verdict: 'no',
      ground: faulty({ path: '/tile/', status: 500 }),
      says: /500 Internal Server Error/,
    },
    'ends at a page': { verdict: 'no', ground: faulty({ path: '/lookup/', body: '<html>Please sign in</html>\n' }) },
  },

  'the settings': {
    'GONOSUMDB, the module': { verdict: 'yes', ground: all(faulty(evilZip), settings({ GONOSUMDB: path })) },
    'GONOSUMDB, a pattern': {
      verdict: 'yes',
      ground: all(faulty(evilZip), settings({ GONOSUMDB: 'other.com,*.com/w*' })),
    },
    'GONOSUMDB, the beginning of its name': {
      verdict: 'refuted',
      ground: all(faulty(evilZip), settings({ GONOSUMDB: 'example.com/word' })),
      says: fromLog,
    },
    'GONOSUMDB, and go.sum has another': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      ground: all(faulty(evilZip), settings({ GONOSUMDB: '*' })),
      says: fromGoSum,
    },
    GOPRIVATE: {
      verdict: 'yes',
      ground: all(faulty(evilZip), settings({ GOPRIVATE: 'example.com', GONOSUMDB: undefined, GONOPROXY: 'none' })),
    },
    'GOPRIVATE, and GONOSUMDB says otherwise': {
      verdict: 'refuted',
      ground: all(faulty(evilZip), settings({ GOPRIVATE: 'example.com', GONOSUMDB: 'none', GONOPROXY: 'none' })),
      says: fromLog,
    },
    'GOSUMDB=off': { verdict: 'yes', ground: all(faulty(evilZip), settings({ GOSUMDB: 'off' })) },
    'GOSUMDB=off, and go.sum has another': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      ground: all(faulty(evilZip), settings({ GOSUMDB: 'off' })),
      says: fromGoSum,
    },
    'GOSUMDB, no key': {
      verdict: 'no',
      ground: settings({ GOSUMDB: 'sum.test/db+00000000+AAAA' }),
      says: /invalid GOSUMDB: invalid verifier hash/,
    },
    'GOSUMDB, a name without a key': { verdict: 'no', ground: settings({ GOSUMDB: 'sum.test/db' }), says: /GOSUMDB/ },
  },

  'the module cache': {
    'with another zip': {
      verdict: 'refuted',
      first: 'mod download',
      after: swapZip,
      run: 'mod verify',
      says: /^example.com\/words v0.3.1: zip has been modified \(GOPATH.*v0.3.1.zip\)$/m,
    },
    'with a zip cut off': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => change(p.downloaded(inCache('zip')), (zip) => zip.slice(0, -9)),
      run: 'mod verify',
      says: /^example.com\/words v0.3.1: zip/m,
    },
    'with a file that was changed': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => change(p.extracted('words.go'), (text) => `${text}//`),
      run: 'mod verify',
      says: /^example.com\/words v0.3.1: dir has been modified \(GOPATH.*words@v0.3.1\)$/m,
    },
    'with a file that was added': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => writeFileSync(p.extracted('evil.go'), ''),
      run: 'mod verify',
      says: /dir has been modified/,
    },
    'with a file that was removed': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => rmSync(p.extracted('words.go')),
      run: 'mod verify',
      says: /dir has been modified/,
    },
    'with another hash': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => writeFileSync(p.downloaded(inCache('ziphash')), falseHash),
      run: 'mod verify',
      says: /zip has been modified[\s\S]*dir has been modified/,
    },
    'without the hash': {
      verdict: 'no',
      first: 'mod download',
      after: (p) => rmSync(p.downloaded(inCache('ziphash'))),
      run: 'mod verify',
      says: /^example.com\/words v0.3.1: missing ziphash: open GOPATH/m,
    },
    'without the zip': {
      verdict: 'yes',
      first: 'mod download',
      after: (p) => rmSync(p.downloaded(inCache('zip'))),
      run: 'mod verify',
    },
    'without the folder': { verdict: 'yes', first: 'mod download', after: forgetFolder, run: 'mod verify' },
    'with a hash that is not that of go.sum': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      first: 'mod download',
      after: (p) => writeFileSync(p.downloaded(inCache('ziphash')), falseHash),
      run: 'mod download',
      says: fromGoSum,
    },
    'with another zip and its hash': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      first: 'mod download',
      after: (p) => {
        swapZip(p);
        writeFileSync(p.downloaded(inCache('ziphash')), sumsOf(evil).zip);
      },
      run: 'mod download',
      says: fromGoSum,
    },
    'with another zip under the old hash, which is extracted again': {
      verdict: 'yes', // both trust the hash that was recorded; `mod verify` finds it
      files: { 'go.sum': goSum },
      first: 'mod download',
      after: (p) => {
        swapZip(p);
        forgetFolder(p);
      },
      run: 'mod download',
    },
    'with another go.mod than go.sum has': {
      verdict: 'refuted',
      files: { 'go.sum': goSum },
      first: 'mod download',
      after: (p) => change(p.downloaded(inCache('mod')), (text) => `${text}//`),
      run: 'list -m all',
      says: fromGoSum,
    },
    'with another go.mod, and no go.sum': {
      verdict: 'refuted',
      first: 'mod download',
      after: (p) => {
        change(p.downloaded(inCache('mod')), (text) => `${text}//`);
        rmSync(join(p.main, 'go.sum'), { force: true });
      },
      run: 'list -m -mod=mod all',
      says: /checksum mismatch\n\tdownloaded: h1:.+\n\t.+: +h1:.+\n\nSECURITY ERROR/,
    },
  },

  'a zip whose hash is on record, with': {
    'what belongs in it': { verdict: 'yes', ground: oddZip((at) => [good(at)]), run: downloadOdd },
    'a file of another module': {
      verdict: 'no',
      ground: withEntry(() => ({ name: 'example.com/other@v1.0.0/b.go' })),
      run: downloadOdd,
      says: /zip for example.com\/odd@v1.0.0 has unexpected file example.com\/other@v1.0.0\/b.go/,
    },
    'an absolute name': {
      verdict: 'no',
      ground: withEntry(() => ({ name: '/etc/passwd' })),
      run: downloadOdd,
      says: /has unexpected file \/etc\/passwd/,
    },
    'a name that leads outside': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}../../b.go` })),
      run: downloadOdd,
      says: /\.\.\/\.\.\/b.go/,
    },
    'names that differ in case': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}A.go` })),
      run: downloadOdd,
      says: /case-insensitive file name collision: "a.go" and "A.go"/,
    },
    'a file twice': {
      verdict: 'refuted',
      ground: withEntry(good),
      run: downloadOdd,
      says: /verifying module: checksum mismatch/,
    },
    'a file and a folder of one name': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}a.go/b.go` })),
      run: downloadOdd,
      says: /a.go/,
    },
    'a name that the rules do not allow': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}a:b.go` })),
      run: downloadOdd,
      says: /malformed file path "a:b.go": invalid char ':'/,
    },
    'a device of Windows': { verdict: 'no', ground: withEntry((at) => ({ name: `${at}aux.go` })), run: downloadOdd },
    'a go.mod in capitals': { verdict: 'no', ground: withEntry((at) => ({ name: `${at}GO.MOD` })), run: downloadOdd },
    'another go.mod below': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}sub/go.mod` })),
      run: downloadOdd,
    },
    'a link, which becomes a plain file': {
      verdict: 'yes',
      ground: withEntry((at) => ({
        name: `${at}link`,
        data: '/etc/passwd',
        externalAttributes: (0o120777 << 16) >>> 0,
      })),
      run: downloadOdd,
    },
    'data before and behind it': {
      verdict: 'yes',
      ground: oddZip((at) => [good(at)], { prepend: Buffer.from('#!/bin/sh\n'), append: Buffer.from('more') }),
      run: downloadOdd,
    },
    'a size of a gigabyte in a header': {
      verdict: 'refuted',
      ground: withEntry((at) => ({ name: `${at}b.go`, data: 'b', size: 2 ** 30 })),
      run: downloadOdd,
    },
    'a go.mod of 17 MiB': {
      verdict: 'no',
      ground: withEntry((at) => ({ name: `${at}go.mod`, data: Buffer.alloc(17 * 2 ** 20, ' '), method: 'deflate' })),
      run: downloadOdd,
      says: /go.mod: go.mod file too large/,
    },
    'a false check sum': {
      verdict: 'refuted',
      ground: oddZip((at) => [{ ...good(at), crc32: 1 }]),
      run: downloadOdd,
      says: /zip: checksum error/,
    },
    'headers that disagree about a name': {
      verdict: 'yes',
      ours: {
        verdict: 'refuted',
        because: 'a zip that other programs would read otherwise has no one content, and so no hash',
        says: /its local header does not agree with the directory/,
      },
      ground: withEntry((at) => ({ ...good(at), name: `${at}b.go`, localName: `${at}c.go` })),
      run: downloadOdd,
    },
    'an entry that overlaps another': {
      verdict: 'yes',
      ours: {
        verdict: 'refuted',
        because: 'entries that share their bytes are how small zips become large ones',
        says: /overlap|local header/,
      },
      ground: withEntry((at) => ({ ...good(at), name: `${at}b.go`, centralOnly: true, offset: 0 })),
      run: downloadOdd,
    },
  },

  'a toolchain': {
    'that is on record': {
      verdict: 'yes',
      files: null,
      ground: all(serving(toolchain), (g) => logOf([toolchain], g.log)),
      run: downloadToolchain,
    },
    'that is not, under GONOSUMDB=*': {
      verdict: 'no',
      files: null,
      ground: all(serving(toolchain), settings({ GONOSUMDB: '*', GONOPROXY: 'none' })),
      run: downloadToolchain,
      says: /404 Not Found/,
    },
    'that is not, under GOSUMDB=off': {
      verdict: 'no',
      files: null,
      ground: all(serving(toolchain), settings({ GOSUMDB: 'off' })),
      run: downloadToolchain,
      says: /checksum database disabled by GOSUMDB=off/,
    },
  },
};

const codes = { go: { yes: 0, no: 1, refuted: 1 }, tsgoget: { yes: 0, no: 1, refuted: 3 } };

describe.skipIf(!hasGo).concurrent.each(Object.entries(cases))('%s', (_, group) => {
  test.each(Object.entries(group))('%s', async (_, c) => {
    const { go, tsgoget } = await judge(c);
    const { verdict, says } = c.ours ?? c;
    expect([go.code, tsgoget.code], `${go.stderr}\n${tsgoget.stderr}`).toEqual([
      codes.go[c.verdict],
      codes.tsgoget[verdict],
    ]);
    if (c.says) expect(go.stdout + go.stderr).toMatch(c.says);
    if (says) expect(tsgoget.stdout + tsgoget.stderr).toMatch(says);
    if (c.ours?.unwritten !== undefined) {
      expect(go.goSum).toContain(c.ours.unwritten);
      expect(tsgoget.goSum).not.toContain(c.ours.unwritten);
    }
    if (c.ours === undefined) {
      const { stdout, goMod, goSum } = tsgoget;
      if (verdict === 'yes') expect(stdout).toBe(go.stdout);
      expect({ goMod, goSum }).toEqual({ goMod: go.goMod, goSum: go.goSum });
    }
  });
});
