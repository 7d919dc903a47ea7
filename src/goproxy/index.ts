export { NoOriginError } from './direct-source.js';
export { createTransport } from './log-transport.js';
export { createProxyList, type Proxy, type ProxyList, type ProxyListOptions } from './proxies.js';
export { type ProxyEntry, parseProxyList } from './proxy-list.js';
export { type GoModOptions, maxGoModBytes, maxZipBytes, type Repo } from './repo.js';
export { parseRevInfo, type RevInfo } from './rev-info.js';
export { VersionList } from './version-list.js';
