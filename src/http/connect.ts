/**
 * Connections: TCP, a proxy before it (CONNECT or SOCKS5), TLS over it. Errors keep node's codes; what is known besides (whom the
 * connection was for, the certificate that was refused) is told to network-error.ts by the fields of ConnectDetails.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type SecureContext } from 'node:tls';
import { quoteGo } from '../encoding/quote-go.js';
import { whenThereIsRoom } from '../files/descriptor-limit.js';
import { userOf } from './credentials.js';
import { receive } from './receive.js';
import { readHead, readStrictly } from './response-head.js';
import { connectBySocks, SocksError } from './socks.js';

export interface ConnectorOptions {
  readonly connectTimeoutMs: number;
  /** Whom to trust; asked for the first connection with TLS. */
  readonly trust: () => Promise<SecureContext>;
  /** To connect through; http:, https:, socks5: or socks5h:. */
  readonly proxy?: URL | undefined;
  /** What is connected to is a proxy itself, for plain HTTP. */
  readonly isProxy?: boolean;
  /** What TLS agrees upon with an endpoint (not with a proxy before it); 'http/1.1' unless given. */
  readonly protocol?: 'http/1.1' | 'h2';
}

export interface ConnectDetails {
  /** What go says before the error of a connection to a proxy. */
  through?: string;
  certificate?: Pick<PeerCertificate, 'valid_from' | 'valid_to' | 'subjectaltname'>;
  /** To a TLS handshake the server answered in plain HTTP. */
  isPlainHttp?: boolean;
}

export interface Endpoint {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
}

/** A connection to an endpoint; answers in HTTP/1.1 come with strict heads (response-head.ts). */
export type Connector = (to: Endpoint) => Promise<Socket>;

export function endpointOf(url: URL): Endpoint {
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const defaultPort = /^socks5h?:$/.test(url.protocol) ? 1080 : protocol === 'https:' ? 443 : 80;
  return { protocol, hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) || defaultPort };
}

/** What Go says before the error of a connection to a web proxy. */
const toProxy = { through: 'proxyconnect tcp: ' };

export function createConnector(options: ConnectorOptions): Connector {
  const { connectTimeoutMs, trust, proxy, isProxy = false, protocol = 'http/1.1' } = options;
  const sessions = new Map<string, Buffer>();

  /** TCP to the endpoint, by way of the proxy. */
  async function reach(to: Endpoint, watch: (socket: Socket) => Socket): Promise<Socket> {
    if (proxy === undefined) return dial(to, watch);
    const via = endpointOf(proxy);
    if (proxy.protocol.startsWith('socks')) {
      const through = `socks connect tcp ${hostPort(via)}->${hostPort(to)}: `;
      const socket = await dial(via, watch).catch((error: unknown) => Promise.reject(withDetails(error, { through })));
      await connectBySocks(socket, to, socksUser(proxy)).catch((error: unknown) =>
        Promise.reject(withDetails(error, { through })),
      );
      return socket;
    }
    const socket = await dialProxy(via, watch);
    await openTunnel(socket, to, userOf(proxy));
    return socket;
  }

  async function dialProxy(via: Endpoint, watch: (socket: Socket) => Socket): Promise<Socket> {
    try {
      const socket = await dial(via, watch);
      return via.protocol === 'https:' ? await secure(socket, via, 'http/1.1', watch) : socket;
    } catch (error) {
      throw withDetails(error, toProxy);
    }
  }

  async function secure(
    raw: Socket,
    { hostname, port }: Endpoint,
    alpn: string,
    watch: (socket: Socket) => Socket,
  ): Promise<Socket> {
    const secureContext = await trust();
    const key = `${hostname}:${port}`;
    return new Promise((resolve, reject) => {
      const session = sessions.get(key);
      const socket = connectTls({
        socket: raw,
        host: hostname,
        ...(isIP(hostname) === 0 && { servername: hostname }),
        secureContext,
        rejectUnauthorized: true, // whatever node is told in its own environment
        ALPNProtocols: [alpn],
        ...(session && { session }),
      });
      watch(socket);
      let certificate: PeerCertificate | undefined;
      socket.prependOnceListener('secure', () => {
        certificate = socket.getPeerCertificate(); // it is gone once the socket is destroyed
      });
      socket.on('session', (ticket) => sessions.set(key, ticket));
      const fail = (error: Error) => reject(withDetails(error, certificate === undefined ? {} : { certificate }));
      const end = () => fail(Object.assign(new Error('EOF'), { code: 'ERR_TUNNEL_CLOSED' }));
      socket.once('error', fail).once('close', end);
      socket.once('secureConnect', () => {
        if (alpn === 'h2' && socket.alpnProtocol !== alpn) {
          socket.destroy(new NotSpokenError(socket.alpnProtocol || '')); // not by `fail`: node may not lose what it reads from before it
          return;
        }
        socket.off('error', fail).off('close', end);
        resolve(socket);
      });
    });
  }

  async function open(to: Endpoint, watch: (socket: Socket) => Socket): Promise<Socket> {
    if (to.protocol === 'http:') return reach(to, watch);
    const raw = await reach(to, watch);
    try {
      return await secure(raw, to, protocol, watch);
    } catch (error) {
      if (!isNoTls(error)) throw error;
      throw withDetails(error, { isPlainHttp: await reach(to, watch).then(answersInHttp, () => false) });
    }
  }

  return async (to) => {
    const opened = new Set<Socket>();
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('connect timeout'), { code: 'UND_ERR_CONNECT_TIMEOUT' }));
      }, connectTimeoutMs);
    });
    const watch = (socket: Socket) => {
      if (isOver) socket.destroy();
      opened.add(socket);
      return socket.on('error', () => socket.destroy()); // an alert after the handshake does not end it by itself
    };
    try {
      const socket = await Promise.race([open(to, watch), late]);
      if (protocol === 'http/1.1') readStrictly(socket);
      return socket;
    } catch (error) {
      for (const socket of opened) socket.destroy();
      throw isProxy ? withDetails(error, toProxy) : error;
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  };
}

/** As node's types do not have it. */
const wide = { highWaterMark: 1 << 16 };

function dial(to: Endpoint, watch: (socket: Socket) => Socket): Promise<Socket> {
  return whenThereIsRoom(() => dialOnce(to, watch));
}

function dialOnce({ hostname, port }: Endpoint, watch: (socket: Socket) => Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = watch(connectTcp({ host: hostname, port, ...wide }));
    socket.setKeepAlive(true, 60_000).setNoDelay(true);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** CONNECT (RFC 9110 §9.3.6). Throws ProxyError with the words of the answer, as Go does. */
async function openTunnel(socket: Socket, to: Endpoint, token: string | undefined): Promise<void> {
  const target = hostPort(to);
  const user = token === undefined ? '' : `Proxy-Authorization: ${token}\r\n`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nUser-Agent: tsgoget\r\n${user}\r\n`);
  const { status, reason } = await receive(socket, (bytes, from) => {
    const head = readHead(bytes, from);
    return head && { value: head, length: head.length };
  });
  if (status !== 200) throw new ProxyError(status, reason ?? 'unknown status code');
}

/** A proxy that will not connect. */
export class ProxyError extends Error {
  readonly code = 'ERR_PROXY';
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** A server that does not agree upon HTTP/2. */
class NotSpokenError extends Error {
  readonly code = 'ERR_NOT_SPOKEN';

  constructor(protocol: string) {
    super(`http2: unexpected ALPN protocol ${quoteGo(protocol)}; want "h2"`);
  }
}

/** Reports whether it was the protocol offered that the server, not a proxy before it, has refused to speak. */
export function isNotSpoken(error: unknown): boolean {
  const { code = '', through } = error as NodeJS.ErrnoException & ConnectDetails;
  return through === undefined && /^ERR_(?:NOT_SPOKEN|SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)$/.test(code);
}

function socksUser(proxy: URL) {
  if (proxy.username === '' && proxy.password === '') return undefined;
  const bytes = (text: string) => {
    try {
      return Buffer.from(decodeURIComponent(text));
    } catch {
      throw new SocksError('invalid username/password');
    }
  };
  return { login: bytes(proxy.username), password: bytes(proxy.password) };
}

const hostPort = ({ hostname, port }: Endpoint) => `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;

function withDetails(error: unknown, details: ConnectDetails): Error {
  return Object.assign(error instanceof Error ? error : new Error(String(error)), details);
}

const noTlsCodes = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);
const isNoTls = (error: unknown) => noTlsCodes.has((error as NodeJS.ErrnoException).code ?? '');

/** Sends what no HTTP server takes for a request, to see in which words it says so. */
async function answersInHttp(socket: Socket): Promise<boolean> {
  socket.write('\x16\x03\x01\0\x05\x01\0\0\x01\0\r\n\r\n');
  const first = receive(socket, (bytes) => (bytes.length < 5 ? undefined : { value: bytes.subarray(0, 5), length: 5 }));
  const isHttp = await Promise.race([
    first.then(
      (bytes) => bytes.toString('latin1') === 'HTTP/',
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(resolve, 2000, false).unref()),
  ]);
  socket.destroy();
  return isHttp;
}
