/**
 * `version`: which tsgoget this is and which Go release it follows; called as `go`, go's own line.
 */
import packageJson from '../../package.json' with { type: 'json' };
import { TsgogetError } from '../errors.js';
import type { Command } from './command.js';

export const tsgogetVersion: string = packageJson.version;

/** Flags that say something about files, which go's `version` inspects. */
const fileFlags = ['m', 'v', 'json'];

export const version: Command = {
  name: 'version',
  usage: '',
  goUsage: '[-m] [-v] [-json] [file ...]',
  summary: 'print the version of tsgoget and the Go release it follows',
  details: `Prints one line: the version of tsgoget, the Go release whose rules it follows, and the platform.

The Go release decides, as the release of an installed go command would, what a go.mod file may say and which modules are too new. Set TSGOGET_GO_VERSION to follow another one; 'help releases' lists those that are known.`,
  examples: ['version'],
  difference:
    'Called through a link named go, the line is the one that this Go release prints. Files are not inspected: -m, -v and -json have nothing to speak of.',
  flags: fileFlags.map((name) => ({ name, help: 'about files, which are not inspected', hidden: true })),
  async run({ flags, args }, { programName, goEnv }) {
    const inGoflags = (name: string) => new RegExp(`(?:^|\\s)--?${name}(?:=|\\s|$)`).test(goEnv.GOFLAGS);
    const alone = fileFlags.find((name) => flags.bool(name) && !inGoflags(name));
    if (args.length === 0 && alone !== undefined) {
      throw new TsgogetError('usage', `'go version' only accepts -${alone} flag with arguments`);
    }
    if (args.length > 0) {
      if (flags.bool('json') && !flags.bool('m')) {
        throw new TsgogetError('usage', "'go version' with -json flag requires -m flag");
      }
      throw new TsgogetError('usage', 'version takes no arguments: files are not inspected');
    }
    const platform = `${goEnv.GOHOSTOS}/${goEnv.GOHOSTARCH}`;
    const line =
      programName === 'go'
        ? `go version ${goEnv.GOVERSION} ${platform}`
        : `tsgoget version ${tsgogetVersion} (follows ${goEnv.GOVERSION}) ${platform}`;
    return { stdout: `${line}\n` };
  },
};
