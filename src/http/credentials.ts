/**
 * Which credentials go with which request (GOAUTH, `go help goauth`). They go to https URLs only, to the host, port and
 * path prefix that they are for, and are dropped by the client when a redirect leaves that origin.
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { TsgogetError } from '../errors.js';
import { type Login, parseNetrc } from './netrc.js';
import { redactUrl } from './redact.js';

export interface CredentialSettings {
  readonly GOAUTH: string;
  readonly NETRC: string;
  /** The home folder; '' when unknown. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** One word of GOAUTH: where credentials come from. A new source is one more of these in `sourceOf`. */
interface CredentialSource {
  /** The Authorization header by prefix (`host[:port][/path]`). */
  readonly load: () => Promise<Map<string, string>>;
}

export interface Credentials {
  /** The Authorization header for a request, if there is one. Throws 'insecure', 'invalid-setting' or 'unsupported'. */
  authorization(url: URL): Promise<string | undefined>;
}

/** Credentials by GOAUTH, read when the first https request needs them. */
export function createCredentials(settings: CredentialSettings, onTrace?: (line: string) => void): Credentials {
  let loaded: Promise<Map<string, string>> | undefined;
  const load = () => {
    loaded ??= loadAll(settings, onTrace);
    return loaded;
  };
  return {
    async authorization(url) {
      const ofUrl = userOf(url);
      if (url.protocol !== 'https:') {
        if (ofUrl === undefined) return undefined;
        throw new TsgogetError('insecure', `refusing to pass credentials to insecure URL: ${redactUrl(url)}`, {
          hint: 'use an https URL',
        });
      }
      const byPrefix = await load();
      return ofUrl ?? longestPrefix(byPrefix, `${url.host}${url.pathname}`);
    },
  };
}

/** The header for the user and password of a URL. */
export function userOf(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return basic({ login: decode(url.username), password: decode(url.password) });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic({ login, password }: Login): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

/** Walks up whole path elements: what is for `example.com` never goes to `example.com.attacker`. */
function longestPrefix(byPrefix: ReadonlyMap<string, string>, target: string): string | undefined {
  for (let prefix = target.replace(/\/$/, ''); ; ) {
    const found = byPrefix.get(prefix);
    const slash = prefix.lastIndexOf('/');
    if (found !== undefined || slash < 0) return found;
    prefix = prefix.slice(0, slash);
  }
}

async function loadAll(settings: CredentialSettings, onTrace?: (line: string) => void): Promise<Map<string, string>> {
  const sources = parseGoAuth(settings.GOAUTH).map((command) => sourceOf(command, settings, onTrace));
  const merged = new Map<string, string>();
  for (const source of sources) {
    for (const [prefix, header] of await source.load()) if (!merged.has(prefix)) merged.set(prefix, header);
  }
  return merged;
}

/** The commands of GOAUTH, each as its words. Throws 'invalid-setting' with the go command's words. */
export function parseGoAuth(goauth: string): string[][] {
  const commands = goauth.split(';').map((command) => command.split(/\s+/).filter((word) => word !== ''));
  for (const [name, dir] of commands) {
    if (name === undefined) throw invalid(`GOAUTH encountered an empty command (GOAUTH=${goauth})`);
    if (name === 'off' && commands.length > 1) {
      throw invalid(`GOAUTH=off cannot be combined with other authentication commands (GOAUTH=${goauth})`);
    }
    if (name !== 'git') continue;
    const words = 'GOAUTH=git dir method requires an absolute path to the git working directory';
    if (dir === undefined) throw invalid(words);
    if (!isAbsolute(dir)) throw invalid(`${words}, dir is not absolute`);
  }
  return commands[0]?.[0] === 'off' ? [] : commands;
}

function sourceOf(
  command: readonly string[],
  s: CredentialSettings,
  onTrace?: (line: string) => void,
): CredentialSource {
  if (command[0] === 'netrc') return { load: () => loadNetrc(s, onTrace) };
  const what = command[0] === 'git' ? 'GOAUTH=git' : 'a GOAUTH command';
  throw new TsgogetError('unsupported', `${what} would start a process, which tsgoget does not do`, {
    hint: 'put the credentials into .netrc and set GOAUTH=netrc, or set GOAUTH=off',
  });
}

async function loadNetrc(s: CredentialSettings, onTrace?: (line: string) => void): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  try {
    for (const [machine, login] of parseNetrc(await readNetrc(s))) {
      const prefix = machine.replace(/^https:\/\//, '').replace(/\/$/, '');
      const [host = '', ...path] = prefix.split('/');
      headers.set([host.toLowerCase(), ...path].join('/'), basic(login));
    }
  } catch (error) {
    onTrace?.(`# GOAUTH=netrc: ${(error as Error).message}`); // as in go, not fatal: the server will say what it misses
  }
  return headers;
}

/** The text of the .netrc file; '' when there is none. */
async function readNetrc(s: CredentialSettings): Promise<string> {
  if (s.NETRC !== '') return (await readIfThere(s.NETRC)) ?? '';
  if (s.home === '') {
    throw new Error(s.platform === 'win32' ? '%userprofile% is not defined' : '$HOME is not defined');
  }
  const legacy = s.platform === 'win32' ? await readIfThere(join(s.home, '_netrc')) : undefined;
  return legacy ?? (await readIfThere(join(s.home, '.netrc'))) ?? '';
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
