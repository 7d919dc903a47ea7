/** `clean -modcache`: empties the module cache. */

import { openGateway } from '../client/gateway.js';
import { failed, TsgogetError } from '../errors.js';
import { checkModuleMode } from '../resolve/index.js';
import { buildFlags } from './build-flags.js';
import type { Command } from './command.js';
import { mainModuleSettings, modFlag, moduleFlags, usageError } from './module-flags.js';

/** Other things that go's `clean` removes, in the order in which it refuses them beside arguments. */
const otherCaches = ['cache', 'testcache', 'fuzzcache'];

export const clean: Command = {
  name: 'clean',
  usage: '-modcache [-n] [-x]',
  goUsage: '[-i] [-r] [-cache] [-testcache] [-modcache] [-fuzzcache] [build flags] [packages]',
  summary: 'remove the module cache',
  details:
    'Removes the whole module cache, extracted modules included. What the checksum database has shown before (its tree head) is kept: it lies elsewhere. -n only prints what would be removed, -x prints it too.',
  examples: ['clean -n -modcache', 'clean -modcache'],
  difference: 'There is no build cache and no package to clean: -modcache is needed.',
  flags: [
    { name: 'modcache', help: 'remove the whole module cache' },
    { name: 'n', help: 'print what would be removed, and remove nothing' },
    { name: 'x', help: 'print what is removed' },
    ...[...otherCaches, 'i', 'r'].map((name) => ({ name, help: 'not here', hidden: true })),
    ...[modFlag, ...moduleFlags].map((flag) => ({ ...flag, hidden: true })),
    ...buildFlags.filter((flag) => flag.name !== 'n'),
  ],
  run: async ({ flags, args }, context) => {
    const { goEnv, signal } = context;
    const given = [...otherCaches, 'modcache'].find((name) => flags.bool(name));
    if (given !== undefined && args.length > 0) throw failed(`clean -${given} cannot be used with package arguments`);
    await checkModuleMode({ ...(await mainModuleSettings(flags, context)), forceModules: false });
    if (given !== undefined && given !== 'modcache') {
      throw new TsgogetError('unsupported', `clean -${given}: there is no such cache here`, {
        hint: 'run `clean -modcache` to remove the module cache',
      });
    }
    if (given === undefined)
      throw usageError('clean needs -modcache', 'run `clean -modcache` to remove the module cache');
    if (goEnv.GOMODCACHE === '') throw failed('cannot clean -modcache without a module cache');
    const stdout = flags.bool('n') || flags.bool('x') ? `rm -rf ${goEnv.GOMODCACHE}\n` : '';
    if (flags.bool('n')) return { stdout };
    const gateway = openGateway({ goEnv, signal });
    try {
      await gateway.cache.clean();
    } finally {
      await gateway.close();
    }
    return { stdout };
  },
};
