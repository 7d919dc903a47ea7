/**
 * `version`: which tsgoget this is and which Go release it follows; called as `go`, go's own line.
 */
import packageJson from '../../package.json' with { type: 'json' };
import { TsgogetError } from '../errors.js';
import type { Command } from './command.js';

export const tsgogetVersion: string = packageJson.version;

export const version: Command = {
  name: 'version',
  usage: '',
  summary: 'print the version of tsgoget and the Go release it follows',
  details: `Prints one line: the version of tsgoget, the Go release whose rules it follows, and the platform.

The Go release decides, as the release of an installed go command would, what a go.mod file may say and which modules are too new. Set TSGOGET_GO_VERSION to follow another one.`,
  difference:
    'Called through a link named go, the line is the one that this Go release prints. Files are not inspected.',
  flags: [],
  ignoreBadGoflags: true,
  async run({ args }, { programName, goEnv }) {
    if (args.length > 0) throw new TsgogetError('usage', 'version accepts no arguments');
    const platform = `${goEnv.GOHOSTOS}/${goEnv.GOHOSTARCH}`;
    const line =
      programName === 'go'
        ? `go version ${goEnv.GOVERSION} ${platform}`
        : `tsgoget version ${tsgogetVersion} (follows ${goEnv.GOVERSION}) ${platform}`;
    return { stdout: `${line}\n` };
  },
};
