/**
 * The GODEBUG settings that a `godebug` line may name (go.dev/doc/godebug): the go command refuses the others,
 * in the main module and in go.work.
 */

import { quoteGo } from '../../encoding/quote-go.js';
import { compareGo, isValidGo } from '../../gover/index.js';

/** The settings of Go 1.26. */
const settings = new Set(
  `allowmultiplevcs asynctimerchan containermaxprocs cryptocustomrand dataindependenttiming decoratemappings embedfollowsymlinks execerrdot
  fips140 fips140ems gocachehash gocachetest gocacheverify gotestjsonbuildtext gotypesalias htmlmetacontenturlescape http2client http2debug
  http2server httpcookiemaxnum httplaxcontentlength httpmuxgo121 httpservecontentkeepheaders installgoroot jstmpllitinterp
  multipartfiles multipartmaxheaders multipartmaxparts multipathtcp netdns netedns0 panicnil randautoseed randseednop rsa1024min
  tarinsecurepath tls10server tls3des tlsmaxrsasize tlsmlkem tlsrsakex tlssecpmlkem tlssha1 tlsunsafeekm updatemaxprocs urlmaxqueryparams
  urlstrictcolons winreadlinkvolume winsymlink x509keypairleaf x509negativeserial x509rsacrt x509sha256skid x509usefallbackroots
  x509usepolicies zipinsecurepath`.split(/\s+/),
);

/** Setting → the minor Go release that removed it. */
const removed = new Map([['x509sha1', 24]]);

/** What is wrong with a `godebug key=value` line; undefined when nothing is. */
export function checkGodebug(key: string, value: string, goVersion: string): string | undefined {
  for (const [what, text] of [
    ['key', key],
    ['value', value],
  ] as const) {
    if (/[ \t]/.test(text)) return `${what} contains space`;
    if (text.includes(',')) return `${what} contains comma`;
  }
  if (key === 'default') {
    const version = value.startsWith('go') ? value.slice(2) : '';
    if (!isValidGo(version)) return 'value for default= must be goVERSION';
    return compareGo(version, goVersion) > 0 ? `default=${value} too new (toolchain is go${goVersion})` : undefined;
  }
  if (settings.has(key)) return undefined;
  const release = removed.get(key);
  return release === undefined
    ? `unknown godebug ${quoteGo(key)}`
    : `use of removed godebug ${quoteGo(key)}, see https://go.dev/doc/godebug#go-1${release}`;
}
