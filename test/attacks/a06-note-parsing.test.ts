/**
 * A6: signed notes that two readers read in two ways.
 *
 * Elsewhere: every form of a note by itself (test/note/note.test.ts, "A6"); changed notes by the thousand
 * (test/fuzz/fuzz.test.ts, "note").
 * Here: the same forms where notes come from: an answer to a look-up, /latest, and the stored head.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/encoding/utf8.js';
import { formatRecord, formatTreeHead } from '../../src/tlog/index.js';
import { FixtureLog } from '../support/fixture-log.js';
import { useLogClients } from '../support/log-client.js';
import { generateKey, type Signer, signNote } from '../support/signed-notes.js';
import { useTempDir } from '../support/temp-dir.js';

const open = useLogClients();
const tempDir = useTempDir();
const [path, version, hash] = ['example.com/m', 'v1.0.0', `h1:${'g'.repeat(43)}=`];
const log = new FixtureLog().pad(2);
const id = log.add(path, version, hash, hash);
const { signer } = log;
const head = formatTreeHead({ size: 3, hash: log.tree.root() });
const line = signer.line(head);
const stranger = generateKey('stranger.test');
const thief = generateKey(log.name, 'another seed');
const unknown = (count: number) => Array.from({ length: count }, (_, i) => generateKey(`k${i}.test`));

/** The line with the signature's bytes changed. */
function altered(change: (bytes: Buffer) => Uint8Array): string {
  const [dash, name, base64] = line.trimEnd().split(' ') as [string, string, string];
  return `${dash} ${name} ${Buffer.from(change(Buffer.from(base64, 'base64'))).toString('base64')}\n`;
}
const wrong = altered((bytes) => bytes.fill(7, 20, 21));
const renamed = (key: Signer, name: string) => key.line(head).replace(key.name, name);

const refused: [what: string, note: string][] = [
  ['another text under the signature', `${head.replace('\n3\n', '\n2\n')}\n${line}`],
  [
    'split at the first blank line, another head would be signed',
    `${head.replace('\n3\n', '\n9\n')}\n${line}\n${head}\n${line}`,
  ],
  ['CRLF', `${head}\n${line}`.replaceAll('\n', '\r\n')],
  ['a right signature, then a wrong one', `${head}\n${line}${wrong}`],
  ['a wrong signature, then a right one', `${head}\n${wrong}${line}`],
  ['the key of the same name and another hash', signNote(head, thief)],
  ['another key under the name of the log', `${head}\n${renamed(stranger, log.name)}`],
  ['the right key under another name', `${head}\n${renamed(signer, 'other.test')}`],
  [
    'base64 that is not canonical',
    `${head}\n${line.replace(/.=+\n$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}${end.slice(1)}`)}`,
  ],
  ['bytes behind the signature', `${head}\n${altered((bytes) => Buffer.concat([bytes, Buffer.from('x')]))}`],
  ['a signature cut short', `${head}\n${altered((bytes) => bytes.subarray(0, -1))}`],
  ['the key hash alone', `${head}\n${altered((bytes) => bytes.subarray(0, 4))}`],
  ['U+00A0 in a name', `${head}\n${line}\u2014 a\u00a0b ${line.split(' ')[2]}`],
  ['U+3000 between the fields', `${head}\n${line.replaceAll(' ', '\u3000')}`],
  ['no newline at the end', `${head}\n${line}`.slice(0, -1)],
  ['a blank line at the end', `${head}\n${line}\n`],
  ['text behind the signatures', `${head}\n${line}more\n`],
  ['101 signatures', signNote(head, ...unknown(100), signer)],
  ['no signature', `${head}\n`],
  ['a BOM before', `\ufeff${head}\n${line}`],
  ['a hyphen for the dash', `${head}\n${line.replace('\u2014', '-')}`],
  ['a title with a space', signNote(head.replace('tree\n', 'tree \n'), signer)],
  ['a size with a leading zero', signNote(head.replace('\n3\n', '\n03\n'), signer)],
  ['a size beyond 2^53', signNote(head.replace('\n3\n', '\n9007199254740993\n'), signer)],
  ['a size in hexadecimal', signNote(head.replace('\n3\n', '\n0x3\n'), signer)],
];

const accepted: [what: string, note: string][] = [
  ['one signature', signNote(head, signer)],
  ['seventeen signatures, the known one in the middle', signNote(head, ...unknown(8), signer, ...unknown(8))],
  ['a hundred signatures', signNote(head, ...unknown(99), signer)],
  ['the same line twice', `${head}\n${line}${line}`],
  ['the key hash under another name beside', `${head}\n${renamed(signer, 'other.test')}${line}`],
  ['the name with another key hash beside', `${head}\n${thief.line(head)}${line}`],
  ['extension lines', signNote(`${head}more\n\nand more\n`, signer)],
];

async function ask(note: string, where: 'a look-up' | '/latest' | 'the stored head') {
  const dir = tempDir();
  log.beHonest();
  if (where === 'the stored head') {
    const file = join(dir, 'state', log.name, 'latest');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, note);
  } else if (where === '/latest') log.forge('/latest', () => encodeUtf8(note));
  else log.forge(`/lookup/${path}@${version}`, () => encodeUtf8(formatRecord(id, log.texts[id]!) + note));
  const client = open(log, { dir });
  const asked = where === '/latest' ? client.db.head().then(() => {}) : client.db.requireHash(path, version, hash);
  const result = await asked.then(
    () => 'believed',
    (error) => error.code as string,
  );
  await client.db.flush().catch(() => {});
  return { result, files: client.files(), asked: client.asked() };
}

const places = ['a look-up', '/latest', 'the stored head'] as const;

describe.each(places)('in %s', (where) => {
  test.each(refused)('%s: refused, and nothing is kept', async (_, note) => {
    const { result, files, asked } = await ask(note, where);
    expect(result).toMatch(where === 'the stored head' ? /^cache$/ : /^(?:bad-signature|invalid-note)$/);
    expect(files).toEqual(where === 'the stored head' ? ['latest'] : []);
    if (where === 'the stored head') expect(asked).toEqual([]);
  });

  test.each(accepted)('twin: %s: believed', async (_, note) => {
    expect((await ask(note, where)).result).toBe('believed');
  });
});

describe('Ed25519', () => {
  test('another signature of the same text by the same key is as good; of a prefix of the text it is not', async () => {
    expect((await ask(`${head}\n${signer.line(head)}`, 'a look-up')).result).toBe('believed');
    for (const text of [head.slice(0, -1), `${head}\n`, head.slice(0, head.indexOf('\n') + 1), '']) {
      expect((await ask(`${head}\n${signer.line(text)}`, 'a look-up')).result).toBe('bad-signature');
    }
  });
});
