/**
 * The certificate authorities to trust: Mozilla's list, as node carries it, changed by SSL_CERT_FILE and SSL_CERT_DIR
 * as they change the system's list for Go (crypto/x509): with both set, nothing else is trusted.
 */
import { X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';

const maxPemBytes = 1 << 26;

const readPem = (file: string) => readExistingFile(file, maxPemBytes).toString('latin1');

/** Whom to trust, made once for all connections; undefined for node's own list. `extra` is trusted as well. */
export async function loadTrust(
  env: Readonly<Record<string, string | undefined>>,
  extra = '',
): Promise<SecureContext | undefined> {
  const roots = await loadRoots(env, extra);
  return roots && createSecureContext({ ca: roots });
}

async function loadRoots(
  env: Readonly<Record<string, string | undefined>>,
  extra: string,
): Promise<string[] | undefined> {
  const [file = '', dirs = ''] = [env.SSL_CERT_FILE, env.SSL_CERT_DIR];
  if (file === '' && dirs === '') return extra === '' ? undefined : [...rootCertificates, ...blocks(extra)];
  const roots = file !== '' && dirs !== '' ? [] : [...rootCertificates];
  if (file !== '') roots.push(...blocks(readFileOf('SSL_CERT_FILE', file)));
  for (const dir of dirs.split(':').filter((name) => name !== '')) roots.push(...(await rootsOf(dir)));
  return [...roots, ...blocks(extra)];
}

function readFileOf(setting: string, file: string): string {
  try {
    return readPem(file);
  } catch (error) {
    throw new TsgogetError('invalid-setting', `${setting}: ${(error as Error).message}`, { cause: error });
  }
}

/** The certificates of a folder; what cannot be read is skipped, as in Go. */
async function rootsOf(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  const texts = names.map((name) => {
    try {
      return readPem(join(dir, name));
    } catch {
      return '';
    }
  });
  return [...new Set(texts.flatMap(blocks))];
}

/** The readable certificates of a PEM text: one that is not would make node refuse the whole list. */
function blocks(pem: string): string[] {
  const end = '-----END CERTIFICATE-----';
  return pem
    .split(end)
    .map((part) => part.slice(Math.max(0, part.indexOf('-----BEGIN CERTIFICATE-----'))) + end)
    .filter((block) => {
      try {
        return block.startsWith('-----BEGIN') && new X509Certificate(block) !== undefined;
      } catch {
        return false;
      }
    });
}
