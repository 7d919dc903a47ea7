/**
 * GOSUMDB: which checksum database is asked, by which key it is known, and whether at an address of its own.
 * Spec: go.dev/ref/mod#environment-variables.
 */
import { messageOf, TsgogetError } from '../errors.js';
import { publicDomain } from '../goenv/defaults.js';
import { parseVerifierKey } from '../note/index.js';

/** A checksum database. */
export interface SumDbConfig {
  /** `host[/path]`: the key's name, the folder of its files, and its address if no other is given. */
  readonly name: string;
  readonly verifierKey: string;
  /** An address given in GOSUMDB: it is used alone, and no proxy is asked. */
  readonly url?: string;
}

const publicName = `sum.${publicDomain}`;
const knownKeys: ReadonlyMap<string, string> = new Map([
  [publicName, `${publicName}+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8`],
]);
/** Names of the public database where its own is not reached. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['sum.golang.google.cn', `${publicName} https://sum.golang.google.cn`],
]);

/** Parses GOSUMDB: `off`, a known name, `name+hash+key`, each perhaps with an address after a space. Throws 'invalid-setting'. */
export function parseGoSumDb(gosumdb: string): SumDbConfig | 'off' {
  if (gosumdb === 'off') return 'off';
  const invalid = (message: string) => new TsgogetError('invalid-setting', message);
  const [first, url, ...rest] = (aliases.get(gosumdb) ?? gosumdb).split(/\s+/).filter((field) => field !== '');
  if (first === undefined) throw invalid('missing GOSUMDB');
  if (rest.length > 0) throw invalid('invalid GOSUMDB: too many fields');
  const verifierKey = knownKeys.get(first) ?? first;
  let name: string;
  try {
    name = parseVerifierKey(verifierKey).name;
  } catch (error) {
    throw invalid(`invalid GOSUMDB: ${messageOf(error)}`);
  }
  if (!isDatabaseName(name)) throw invalid(`invalid sumdb name (must be host[/path]): ${name}`);
  if (url === undefined) return { name, verifierKey };
  if (!URL.canParse(url)) throw invalid(`invalid GOSUMDB URL: ${url}`);
  return { name, verifierKey, url };
}

/** Reports whether a name is host[/path]: it becomes a URL and a folder, so every element is held to harmless characters. */
function isDatabaseName(name: string): boolean {
  return (
    /^[\w.:[\]-]+(?:\/[\w.~-]+)*$/.test(name) && !/(?:^|\/)\.\.?(?:\/|$)/.test(name) && URL.canParse(`https://${name}`)
  );
}
