/**
 * A5: an old but valid view of the log, shown for ever. A tree head of the database has no time: only the cosignature of a
 * witness says when it was the newest.
 *
 * Elsewhere: cosignatures and policies by themselves (test/note/cosignature.test.ts, test/witness).
 * Here: what a run does with a frozen view, without and with a policy that has a maximum age.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorld } from '../support/fixture-world.js';
import { runMain } from '../support/run-main.js';
import { generateWitness } from '../support/signed-notes.js';

const word = ['mod', 'download', 'example.com/words@v0.3.1'];
const lookup = '/lookup/example.com/words@v0.3.1';
const now = Math.floor(Date.now() / 1000);
const day = 24 * 3600;
const witnesses = ['w1.test', 'w2.test', 'w3.test'].map((name) => generateWitness(name));
const policy = `${witnesses.map((w, i) => `witness w${i} ${w.verifierKey}\n`).join('')}group all-of-them 2 w0 w1 w2\nquorum all-of-them\n`;

/** A look-up whose head some witnesses have cosigned; `ages` are seconds, undefined for a witness that has not. */
async function ask(ages: readonly (number | undefined)[], env: Record<string, string>, signed?: string) {
  await using world = await openWorld();
  const file = join(world.dir, 'policy');
  writeFileSync(file, policy);
  world.log.forge(lookup, (body) => {
    const text = Buffer.from(body).toString();
    const head = text.slice(text.indexOf('go.sum database tree'), text.lastIndexOf('\n\n') + 1);
    const lines = ages.map((age, i) => (age === undefined ? '' : witnesses[i]!.line(signed ?? head, now - age)));
    return Buffer.from(text + lines.join(''));
  });
  const policySet = env.TSGOGET_WITNESS_POLICY === undefined ? {} : { TSGOGET_WITNESS_POLICY: file };
  const result = await runMain(world, word, { env: { ...env, ...policySet } });
  const kept = [...world.snapshot().keys()].filter((name) => !name.endsWith('.info'));
  return { code: result.code, stderr: result.stderr, kept: kept.length > 0 };
}

const policed = { TSGOGET_WITNESS_POLICY: 'set', TSGOGET_WITNESS_MAX_AGE: '24h' };

describe('a frozen view', () => {
  test('without a policy an old head is as good as a new one, and cosignatures are passed over', async () => {
    for (const ages of [[], [400 * day, 400 * day], [-400 * day]]) {
      expect(await ask(ages, {})).toMatchObject({ code: 0, kept: true });
    }
  });

  test.each<[what: string, ages: (number | undefined)[]]>([
    ['no cosignature', []],
    ['all too old', [2 * day, 2 * day, 400 * day]],
    ['too few that are new', [60, 2 * day, 2 * day]],
    ['one of two', [undefined, 60]],
    ['from the future', [-2 * day, -2 * day, -2 * day]],
  ])('with a policy and a maximum age: %s: not verified, and nothing is kept', async (_, ages) => {
    expect(await ask(ages, policed)).toMatchObject({ code: 1, kept: false, stderr: expect.stringMatching(/cosign/) });
  });

  test('a witness that signed another head: refuted', async () => {
    expect(await ask([60, 60, 60], policed, 'go.sum database tree\n1\nAAAA\n')).toMatchObject({ code: 3, kept: false });
  });

  test('twin: a quorum within the age', async () => {
    expect(await ask([60, 60], policed)).toMatchObject({ code: 0, kept: true });
    expect(await ask([60, 400 * day, 3600], policed)).toMatchObject({ code: 0 });
    expect(await ask([400 * day, 400 * day], { TSGOGET_WITNESS_POLICY: 'set' })).toMatchObject({ code: 0 });
  });
});
