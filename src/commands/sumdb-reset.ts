/** `sumdb reset`: forgets what is known of the checksum database, once a person has decided so. */
import { existsSync } from 'node:fs';
import type { Command } from './command.js';
import { withLog } from './log-command.js';
import { traceFlag, usageError } from './module-flags.js';

export const sumdbReset: Command = {
  name: 'sumdb reset',
  usage: '[-yes]',
  summary: 'forget the stored tree head, evidence and cached proofs',
  details: `Forgets what is stored here of the checksum database that GOSUMDB names: the tree head that is trusted, which the go command shares; the evidence of a fork; the position of sumdb monitor; and the cached tiles and look-ups. Other databases are left alone, and so are go.sum and the modules in the cache.

The next look-up trusts the first head that it is shown: a fork from the history that was seen before is then no longer noticed. So keep the evidence elsewhere first.

Without -yes it only says what it would forget. It works under the go command's lock.`,
  examples: ['sumdb reset -yes'],
  interspersed: true,
  flags: [{ name: 'yes', help: 'do it' }, traceFlag],
  run: async (invocation, context) => {
    if (invocation.args.length > 0) throw usageError('sumdb reset takes no arguments');
    return withLog(invocation, context, async (view) => {
      const isYes = invocation.flags.bool('yes');
      const list = view.forgettable
        .map(({ what, file }) => `    ${what}: ${existsSync(file) ? file : 'none'}\n`)
        .join('');
      if (!isYes) {
        context.stdout(`would forget, of ${view.log.name}:\n${list}`);
        throw usageError(
          'sumdb reset needs -yes: afterwards a fork from the history that was seen before is not noticed',
          'keep the evidence of a fork elsewhere first, then run `tsgoget sumdb reset -yes`',
        );
      }
      await view.forget();
      return { stdout: `forgotten, of ${view.log.name}:\n${list}` };
    });
  },
};
