/**
 * The GODEBUG settings that a `godebug` line may name (go.dev/doc/godebug): the go command refuses the others,
 * in the main module and in go.work. It goes by the release that is followed, not by the go line.
 */

import { quoteGo } from '../../encoding/quote-go.js';
import { compareGo, hasRule, isValidGo } from '../../gover/index.js';

/** The settings that each release added. */
const added: Readonly<Record<string, string>> = {
  '1.21': `execerrdot gocachehash gocachetest gocacheverify http2client http2debug http2server installgoroot jstmpllitinterp multipartmaxheaders
    multipartmaxparts multipathtcp netdns netedns0 panicnil randautoseed tarinsecurepath tlsmaxrsasize x509sha1 x509usefallbackroots zipinsecurepath`,
  '1.22': 'gotypesalias httplaxcontentlength httpmuxgo121 tls10server tlsrsakex tlsunsafeekm x509usepolicies',
  '1.23': `allowmultiplevcs asynctimerchan httpservecontentkeepheaders tls3des tlskyber winreadlinkvolume winsymlink x509keypairleaf
    x509negativeserial`,
  '1.24': `dataindependenttiming fips140 gotestjsonbuildtext httpcookiemaxnum randseednop rsa1024min tlsmlkem urlmaxqueryparams x509rsacrt`,
  '1.25': `containermaxprocs decoratemappings embedfollowsymlinks fips140ems htmlmetacontenturlescape tlssha1 updatemaxprocs x509sha256skid`,
  '1.26': 'cryptocustomrand tlssecpmlkem urlstrictcolons',
  '1.27': 'httpservecontentmaxranges tracebacklabels x509sslcertoverrideplatform',
};

const addedIn = new Map(
  Object.entries(added).flatMap(([release, names]) => names.split(/\s+/).map((name) => [name, release] as const)),
);

interface RemovedSetting {
  /** The release that removed it. */
  readonly in: string;
  /** The first release that still knows that there was such a setting; before, it is unknown. */
  readonly told: string;
  /** The values that asked for the old behaviour. */
  readonly oldValues: readonly string[];
}

const removed = new Map<string, RemovedSetting>([
  ['asynctimerchan', { in: '1.27', told: '1.27', oldValues: ['1', '2'] }],
  ['gotypesalias', { in: '1.27', told: '1.27', oldValues: ['0'] }],
  ['tls10server', { in: '1.27', told: '1.27', oldValues: ['1'] }],
  ['tls3des', { in: '1.27', told: '1.27', oldValues: ['1'] }],
  ['tlskyber', { in: '1.24', told: '1.27', oldValues: ['0'] }],
  ['tlsrsakex', { in: '1.27', told: '1.27', oldValues: ['1'] }],
  ['tlsunsafeekm', { in: '1.27', told: '1.27', oldValues: ['1'] }],
  ['x509keypairleaf', { in: '1.27', told: '1.27', oldValues: ['0'] }],
  ['x509sha1', { in: '1.24', told: '1.26', oldValues: ['1'] }],
]);

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
  const isSince = (release: string | undefined) => release !== undefined && compareGo(goVersion, release) >= 0;
  const gone = removed.get(key);
  if (isSince(addedIn.get(key)) && !isSince(gone?.in)) return undefined;
  if (gone === undefined || !isSince(gone.told)) return `unknown godebug ${quoteGo(key)}`;
  const page = `https://go.dev/doc/godebug#go-${gone.in.replace('.', '')}`;
  if (!hasRule(goVersion, 'godebug-removed-by-value')) return `use of removed godebug ${quoteGo(key)}, see ${page}`;
  if (!gone.oldValues.includes(value)) return undefined;
  return `removed GODEBUG ${quoteGo(key)} set to old value ${quoteGo(value)} (${page})`;
}
