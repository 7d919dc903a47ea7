/** A certificate authority and server certificates made on the spot: enough DER and X.509 (RFC 5280) for TLS tests. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Authority {
  /** The authority's own certificate: what a client is told to trust. */
  readonly ca: string;
  /** A key and certificate for host names and IPv4 addresses. */
  issue(hosts: readonly string[], o?: { expired?: boolean }): { key: string; cert: string };
}

export function createAuthority(name = 'tsgoget test authority'): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const base = { issuer: name, signer: pair.privateKey, expired: false };
  const ca = certificate({ ...base, subject: name, key: pair.publicKey, hosts: [] });
  return {
    ca,
    issue(hosts, { expired = false } = {}) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certificate({ ...base, subject: hosts[0]!, key: publicKey, hosts, expired }),
      };
    },
  };
}

interface Fields {
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly subject: string;
  readonly key: KeyObject;
  /** Empty for the authority. */
  readonly hosts: readonly string[];
  readonly expired: boolean;
}

function certificate(f: Fields): string {
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const constraints = extension('551d13', sequence(...(f.hosts.length === 0 ? [tlv(0x01, hex('ff'))] : [])), true);
  const names = f.hosts.map((h) =>
    isIP(h) === 4 ? tlv(0x87, Buffer.from(h.split('.').map(Number))) : tlv(0x82, text(h)),
  );
  const extensions = names.length === 0 ? [constraints] : [constraints, extension('551d11', sequence(...names))];
  const signed = sequence(
    tlv(0xa0, tlv(0x02, hex('02'))), // v3
    tlv(0x02, hex('01')),
    algorithm,
    distinguishedName(f.issuer),
    sequence(tlv(0x17, text('200101000000Z')), tlv(0x17, text(f.expired ? '210101000000Z' : '491231235959Z'))),
    distinguishedName(f.subject),
    f.key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const der = sequence(signed, algorithm, tlv(0x03, hex('00'), sign('sha256', signed, f.signer)));
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [tlv(0x01, hex('ff'))] : []), tlv(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, text(commonName)))));
}

function tlv(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const n = content.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents: Uint8Array[]) => tlv(0x30, ...contents);
const oid = (value: string) => tlv(0x06, hex(value));
const hex = (digits: string) => Buffer.from(digits, 'hex');
const text = (s: string) => Buffer.from(s);
