/** `clean -modcache`: empties the module cache. */

import { openGateway } from '../client/gateway.js';
import { TsgogetError } from '../errors.js';
import type { Command } from './command.js';
import { usageError } from './module-flags.js';

export const clean: Command = {
  name: 'clean',
  usage: '-modcache',
  summary: 'remove the module cache',
  details:
    'Removes the whole module cache, extracted modules included. What the checksum database has shown before (its tree head) is kept: it lies elsewhere.',
  examples: ['clean -modcache'],
  difference: 'There is no build cache: -modcache is needed.',
  flags: [{ name: 'modcache', help: 'remove the whole module cache' }],
  run: async ({ flags, args }, { goEnv, signal }) => {
    if (!flags.bool('modcache'))
      throw usageError('clean needs -modcache', 'run `clean -modcache` to remove the module cache');
    if (args.length > 0) throw new TsgogetError('failed', 'clean -modcache cannot be used with package arguments');
    const gateway = openGateway({ goEnv, signal });
    try {
      await gateway.cache.clean();
    } finally {
      await gateway.close();
    }
    return {};
  },
};
