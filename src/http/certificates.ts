/**
 * The certificate authorities to trust, as Go has them (crypto/x509): the system's list, changed by SSL_CERT_FILE and SSL_CERT_DIR; with
 * both set, nothing else. Where the system has none, and where only its own programs can read it, Mozilla's list as node carries it.
 * What NODE_EXTRA_CA_CERTS names is trusted besides, as in other programs of node.
 */
import { X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';

export interface TrustSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Where the system's list is looked for, instead of the usual places. */
  readonly places?: { readonly files: readonly string[]; readonly folders: readonly string[] };
}

const maxPemBytes = 1 << 26;

/** Where distributions keep the list: the first file that is there, and all folders. */
const files = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Gentoo, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/usr/local/etc/ssl/cert.pem', // FreeBSD
  '/etc/ssl/cert.pem', // Alpine, OpenBSD
];
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/local/share/certs'];

const readPem = (file: string) => readExistingFile(file, maxPemBytes).toString('latin1');

/** Whom to trust, made once for all connections. `extra` is trusted as well. Throws 'invalid-setting'. */
export async function loadTrust(settings: TrustSettings, extra = ''): Promise<tls.SecureContext> {
  const roots = await loadRoots(settings);
  const added = [readIfSet('NODE_EXTRA_CA_CERTS', settings.env), extra].flatMap(blocks);
  const ca = [...new Set([...roots, ...added])];
  try {
    return tls.createSecureContext({ ca });
  } catch {
    return tls.createSecureContext({ ca: ca.filter(isReadable) }); // one that is not makes node refuse the whole list
  }
}

async function loadRoots(settings: TrustSettings): Promise<readonly string[]> {
  const { env } = settings;
  const [file = '', dirs = ''] = [env.SSL_CERT_FILE, env.SSL_CERT_DIR];
  const ofFile = file === '' ? [] : blocks(readFileOf('SSL_CERT_FILE', file));
  const ofDirs = await rootsOf(dirs.split(':').filter((name) => name !== ''));
  return file !== '' && dirs !== '' ? [...ofFile, ...ofDirs] : [...ofFile, ...ofDirs, ...(await systemRoots(settings))];
}

function readFileOf(setting: string, file: string): string {
  try {
    return readPem(file);
  } catch (error) {
    throw new TsgogetError('invalid-setting', `${setting}: ${(error as Error).message}`, { cause: error });
  }
}

/** The text of the file that a variable names; '' when it is not set, or no such file is there: node has warned of that. */
function readIfSet(name: string, env: TrustSettings['env']): string {
  const file = env[name] ?? '';
  return file === '' ? '' : readOr(file);
}

function readOr(file: string): string {
  try {
    return readPem(file);
  } catch {
    return '';
  }
}

async function systemRoots({ platform, places = { files, folders } }: TrustSettings): Promise<readonly string[]> {
  if (platform === 'win32' || platform === 'darwin') return [...tls.rootCertificates, ...ofKeychain()];
  for (const file of places.files) {
    const found = blocks(readOr(file));
    if (found.length > 0) return found;
  }
  const found = await rootsOf(places.folders);
  return found.length > 0 ? found : tls.rootCertificates;
}

/** What node (22.15 and later) reads of the system's own store. */
function ofKeychain(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  return (getCACertificates?.('system') ?? []).flatMap(blocks);
}

/** The certificates of folders; what cannot be read is skipped, as in Go. */
async function rootsOf(dirs: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const dir of dirs) {
    for (const name of await readdir(dir).catch(() => [])) texts.push(readOr(join(dir, name)));
  }
  return [...new Set(texts.flatMap(blocks))];
}

/** The certificates of a PEM text. */
function blocks(pem: string): string[] {
  const end = '-----END CERTIFICATE-----';
  return pem
    .split(end)
    .map((part) => part.slice(Math.max(0, part.indexOf('-----BEGIN CERTIFICATE-----'))) + end)
    .filter((block) => block.startsWith('-----BEGIN'));
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate) !== undefined;
  } catch {
    return false;
  }
}
