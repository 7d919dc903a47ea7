/**
 * The defaults that a go command finds in its own tree, compiled in: tsgoget has no such tree.
 * Every public host name of the project is built from `publicDomain`.
 */

export const publicDomain = 'golang.org';

/** The module mirror, then the origin (GOPROXY). */
export const defaultProxyList = `https://proxy.${publicDomain},direct`;

/** The checksum database (GOSUMDB). */
export const defaultSumDb = `sum.${publicDomain}`;
