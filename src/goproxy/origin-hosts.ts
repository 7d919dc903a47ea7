/**
 * Paths whose version control system the path itself tells, by the go command's table: hosts of repositories, and any path with an
 * element like `name.git`. No page is asked about them (go.dev/ref/mod#vcs-find).
 */
import { TsgogetError } from '../errors.js';
import { hasRule } from '../gover/index.js';

interface OriginHost {
  readonly prefix: string;
  readonly paths: RegExp;
  /** A suffix such as `.git` is an error. */
  readonly isBare: boolean;
  /** Not git. */
  readonly vcs?: string;
}

export interface Repository {
  /** The name of the version control system, which is that of its program. */
  readonly vcs: string;
  /** The module path of the repository itself. */
  readonly root: string;
}

/** The version control systems that a release of Go knows. */
export function systemsOf(goVersion: string): readonly string[] {
  const lasting = ['hg', 'git', 'svn', 'fossil'];
  return hasRule(goVersion, 'no-bzr') ? lasting : [...lasting, 'bzr'];
}

const hosts: readonly OriginHost[] = [
  { prefix: 'github.com', paths: /^(github\.com\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'bitbucket.org', paths: /^(bitbucket\.org\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'hub.jazz.net/git', paths: /^(hub\.jazz\.net\/git\/[a-z0-9]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'git.apache.org', paths: /^(git\.apache\.org\/[a-z0-9_.-]+\.git)(?:\/[\w.-]+)*$/, isBare: false },
  { prefix: 'git.openstack.org', paths: /^(git\.openstack\.org\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: false },
  {
    prefix: 'chiselapp.com',
    paths: /^(chiselapp\.com\/user\/[A-Za-z0-9]+\/repository\/[\w.-]+)$/,
    isBare: true,
    vcs: 'fossil',
  },
];

const startsWithPath = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** The repository that the path tells, if it does. Throws 'not-found', in the go command's words, where there can be none. */
export function namedRepository(path: string, systems: readonly string[]): Repository | undefined {
  if (startsWithPath(path, 'example.net')) throw noModule('no modules on example.net');
  if (path === 'rsc.io') throw noModule('rsc.io is not a module');
  const host = hosts.find(({ prefix }) => startsWithPath(path, prefix));
  if (host === undefined) return repositoryElement(path, systems);
  const root = host.paths.exec(path)?.[1];
  if (root === undefined) throw noModule(`invalid ${host.prefix} import path "${path}"`);
  if (host.isBare && systems.some((vcs) => root.endsWith(`.${vcs}`))) {
    throw noModule(`invalid version control suffix in ${host.prefix}/ path`);
  }
  return { vcs: host.vcs ?? 'git', root };
}

const launchpad = /^(launchpad\.net\/(?:[\w.-]+|~[\w.-]+\/(?:\+junk|[\w.-]+)\/[\w.-]+))(?:\/[\w.-]+)*$/;

/** The repository that there is if the page of the path says nothing else. */
export function usualRepository(path: string, systems: readonly string[]): Repository | undefined {
  const root = systems.includes('bzr') ? launchpad.exec(path)?.[1] : undefined;
  return root === undefined ? undefined : { vcs: 'bzr', root };
}

/** An element such as `name.git` ends the path of a repository. */
function repositoryElement(path: string, systems: readonly string[]): Repository | undefined {
  const [host = '', ...elements] = path.split('/');
  if (!/^[a-z0-9-][a-z0-9.-]*\.[a-z0-9.-]+$/.test(host)) return undefined;
  if (!elements.every((e) => /^~?[\w.-]+$/.test(e))) return undefined;
  for (const [i, element] of elements.entries()) {
    const vcs = /^~?[\w.-]+\.([a-z]+)$/.exec(element)?.[1];
    if (vcs !== undefined && systems.includes(vcs)) return { vcs, root: [host, ...elements.slice(0, i + 1)].join('/') };
  }
  return undefined;
}

function noModule(message: string): TsgogetError {
  return new TsgogetError('not-found', message);
}
