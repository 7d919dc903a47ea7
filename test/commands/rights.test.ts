/** What each command may do, as it declares it: every default that depends on the command follows from this. */
import { expect, test } from 'vitest';
import { commandTable } from '../../src/commands/table.js';
import { commandRights } from '../resolve/world.js';

/** They start again as a newer Go release where that is what they lacked. */
const repeatable = ['get', 'mod download', 'mod tidy', 'resolve', 'verify', 'work sync', 'work vendor'];
/** They ask for zips without a word. */
const silent = ['mod download', 'resolve', 'verify'];

test('the rights of the commands', async () => {
  const declared = await Promise.all(
    commandTable.map(async ({ name, load }) => [name, (await load()).rights] as const),
  );
  const expected = Object.entries(commandRights).map(([name, rights]) => [
    name,
    {
      ...rights,
      ...(repeatable.includes(name) && { isRepeatable: true }),
      ...(!silent.includes(name) && { announcesDownloads: true }),
    },
  ]);
  expect(Object.fromEntries(declared.filter(([, rights]) => rights !== undefined))).toEqual(
    Object.fromEntries(expected),
  );
});
