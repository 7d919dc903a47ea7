/** What is said to a SOCKS5 proxy (RFC 1928, RFC 1929). Names are looked up there, as Go has it for socks5 and socks5h alike. */
import { isIP, type Socket } from 'node:net';
import { receive } from './receive.js';

const replies = [
  '',
  'general SOCKS server failure',
  'connection not allowed by ruleset',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
];

export class SocksError extends Error {
  readonly code = 'ERR_PROXY';
}

export interface SocksUser {
  readonly login: Buffer;
  readonly password: Buffer;
}

/** Has the proxy at the other end of a fresh connection connect it to a host. Throws SocksError, and what the connection throws. */
export async function connectBySocks(
  socket: Socket,
  target: { readonly hostname: string; readonly port: number },
  user: SocksUser | undefined,
): Promise<void> {
  const next = (count: number) =>
    receive(socket, (bytes) => (bytes.length < count ? undefined : { value: bytes.subarray(0, count), length: count }));
  socket.write(Buffer.from(user === undefined ? [5, 1, 0] : [5, 2, 0, 2]));
  const [version, method] = await next(2);
  if (version !== 5) throw new SocksError(`unexpected protocol version ${version}`);
  if (method === 2 && user !== undefined) {
    const { login, password } = user;
    if (login.length === 0 || login.length > 255 || password.length > 255) {
      throw new SocksError('invalid username/password');
    }
    socket.write(Buffer.concat([Buffer.from([1, login.length]), login, Buffer.from([password.length]), password]));
    const [, status] = await next(2);
    if (status !== 0) throw new SocksError('username/password authentication failed');
  } else if (method !== 0) {
    throw new SocksError('no acceptable authentication methods');
  }
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), addressOf(target.hostname), portOf(target.port)]));
  const [, reply = 1, , kind] = await next(4);
  if (reply !== 0) throw new SocksError(`unknown error ${replies[reply] ?? `unknown code: ${reply}`}`);
  const length = kind === 1 ? 4 : kind === 4 ? 16 : (await next(1))[0]!;
  await next(length + 2);
}

function addressOf(hostname: string): Buffer {
  if (isIP(hostname) === 4) return Buffer.from([1, ...hostname.split('.').map(Number)]);
  if (isIP(hostname) === 6) return Buffer.concat([Buffer.from([4]), ipv6Bytes(hostname)]);
  const name = Buffer.from(hostname);
  if (name.length > 255) throw new SocksError('FQDN too long');
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const words = (text: string) => text.split(':').filter((word) => word !== '');
  const [first, last] = [words(head), words(tail ?? '')];
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return Buffer.from(all.map((word) => word.padStart(4, '0')).join(''), 'hex');
}

function portOf(port: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(port);
  return bytes;
}
