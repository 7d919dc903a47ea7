/**
 * .netrc: logins by machine, and the file that has them. Only `machine`, `login` and `password` count; `default` entries and macros are skipped
 * (GNU inetutils, "The .netrc file"; cmd/go/internal/auth).
 */
import { join } from 'node:path';
import { readWholeFile } from '../files/read-file.js';

export interface NetrcSettings {
  readonly NETRC: string;
  /** The home folder; '' when unknown. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export interface Login {
  readonly login: string;
  readonly password: string;
}

/** White space in bytes of UTF-8: U+0085 and U+00A0 are two bytes there. */
const space = /(?:[\t\n\v\f\r ]|\u00c2[\u0085\u00a0])+/;

/** The logins by machine (a host, `host:port`, or a host and path). The first complete entry of a machine wins. */
export function parseNetrc(text: string): Map<string, Login> {
  const logins = new Map<string, Login>();
  let entry: { machine?: string | undefined; login?: string; password?: string } = {};
  let inMacro = false;
  for (const line of text.split('\n')) {
    if (inMacro) {
      inMacro = line.split(space).some((word) => word !== '');
      continue;
    }
    const words = line.split(space).filter((word) => word !== '');
    for (let i = 0; i < words.length; ) {
      const [word, value] = [words[i]!, words[i + 1]];
      if (word === 'default') {
        entry = {}; // belongs to no machine, and so do the words that follow
        i++;
        continue;
      }
      if (value === undefined) break;
      i += 2;
      if (word === 'machine') entry = { machine: value };
      else if (word === 'login' || word === 'password') entry[word] = value;
      else if (word === 'macdef') inMacro = true;
      const { machine, login, password } = entry;
      if (machine === undefined || login === undefined || password === undefined) continue;
      if (!logins.has(machine)) logins.set(machine, { login, password });
      entry = {};
    }
  }
  return logins;
}

/** The logins of the user's file by prefix (`host[:port][/path]`). That it cannot be read is traced: the server will say what it misses. */
export function loadNetrc(s: NetrcSettings, onTrace?: (line: string) => void): Map<string, Login> {
  const logins = new Map<string, Login>();
  try {
    for (const [machine, login] of parseNetrc(readNetrc(s))) {
      const [host = '', ...path] = machine
        .replace(/^https:\/\//, '')
        .replace(/\/$/, '')
        .split('/');
      logins.set([host.toLowerCase(), ...path].join('/'), login);
    }
  } catch (error) {
    onTrace?.(`# GOAUTH=netrc: ${(error as Error).message}`);
  }
  return logins;
}

/** The text of the .netrc file; '' when there is none. */
function readNetrc(s: NetrcSettings): string {
  if (s.NETRC !== '') return readIfThere(s.NETRC) ?? '';
  if (s.home === '') {
    throw new Error(s.platform === 'win32' ? '%userprofile% is not defined' : '$HOME is not defined');
  }
  const legacy = s.platform === 'win32' ? readIfThere(join(s.home, '_netrc')) : undefined;
  return legacy ?? readIfThere(join(s.home, '.netrc')) ?? '';
}

const maxNetrcBytes = 1 << 24;
/** A character a byte: what stands there goes out as it stands, in whatever encoding. */
const readIfThere = (file: string) => readWholeFile(file, maxNetrcBytes)?.toString('latin1');
