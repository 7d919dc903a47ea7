/** What the commands print as JSON is what their published JSON Schemas say, and the schemas refuse something else. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningWorld, startWorld } from '../process/world.js';

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, validateFormats: false });
const schemas = new Map<string, ValidateFunction>();
// all of them first: some refer to others
for (const name of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(folder + name, 'utf8')), name);
for (const name of readdirSync(folder)) schemas.set(name, ajv.getSchema(name)!);

let world: RunningWorld;
let main: string;
beforeAll(async () => {
  world = await startWorld();
  main = world.mainModule({
    'go.mod':
      'module example.com/me\n\ngo 1.21\n\nrequire example.com/app v1.0.0\n\nreplace example.com/color => ./color\n',
    'color/go.mod': 'module example.com/color\n',
    'old.head': world.log.note(3),
    'new.head': world.log.note(),
  });
});
afterAll(() => world.close());

/** The objects of a stream of JSON documents, as go prints them one after another. */
const documents = (text: string): unknown[] => JSON.parse(`[${text.replace(/}\n\{/g, '},\n{')}]`);

const outputs: [string, string[], number][] = [
  ['resolve.schema.json', ['resolve', '--json', '--mod=mod'], 0],
  ['resolve.schema.json', ['resolve', '--json', '--download', 'example.com/app@v1.0.0'], 0],
  ['list.schema.json', ['list', '-m', '-json', '-mod=mod', 'all'], 0],
  ['list.schema.json', ['list', '-m', '-e', '-json', '-mod=mod', '-u', '-versions', '-retracted', 'all'], 0],
  ['list.schema.json', ['list', '-m', '-e', '-json', 'example.com/nothing@v1.0.0'], 0],
  ['mod-download.schema.json', ['mod', 'download', '-json', 'all'], 0],
  ['mod-download.schema.json', ['mod', 'download', '-json', 'example.com/greet@v9.9.9'], 1],
  ['env.schema.json', ['env', '-json'], 0],
  ['explain-mismatch.schema.json', ['explain-mismatch', '-json', 'example.com/app@latest'], 0],
  ['explain-mismatch.schema.json', ['explain-mismatch', '-json', 'example.com/nothing@v1.0.0'], 1],
  ['verify.schema.json', ['verify', '--json'], 0],
  ['verify.schema.json', ['verify', '--json', '--all', '--cache'], 0],
  ['sumdb-lookup.schema.json', ['sumdb', 'lookup', '-json', 'example.com/app@v1.0.0'], 0],
  ['sumdb-latest.schema.json', ['sumdb', 'latest', '-json'], 0],
  ['sumdb-check.schema.json', ['sumdb', 'check', '-json', 'old.head', 'new.head'], 0],
  ['sumdb-monitor.schema.json', ['sumdb', 'monitor', '-json', '-from', '0', 'example.com'], 0],
];

describe('every schema', () => {
  test('has an output that is held to it', () => {
    expect([...schemas.keys()].sort()).toEqual([...new Set(outputs.map(([name]) => name))].sort());
  });
  test.each([...schemas.keys()])('%s refuses what is not such an object', (name) => {
    for (const other of [null, [], 'text', { Nothing: 1 }]) {
      const isEnv = name === 'env.schema.json';
      if (!(isEnv && typeof other === 'object')) expect([other, schemas.get(name)!(other)]).toEqual([other, false]);
    }
  });
});

test.each(outputs)('%s: %j', async (name, args, code) => {
  const { stdout, ...rest } = await world.run(args, { cwd: main });
  expect([rest.code, documents(stdout).length > 0]).toEqual([code, true]);
  const validate = schemas.get(name)!;
  for (const document of documents(stdout)) expect(validate(document) ? [] : validate.errors).toEqual([]);
});

test('C.11: every schema is named in README, and its $id by its file', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(folder + name, 'utf8');
    expect(JSON.parse(text).$id).toBe(`urn:tsgoget:schemas:${name}`);
    expect(text).not.toContain('.example/');
    expect(readme).toContain(`\`${name.replace('.schema.json', '')}\``);
  }
});
