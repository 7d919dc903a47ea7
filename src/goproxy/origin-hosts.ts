/**
 * Paths whose version control system the path itself tells, by the go command's table: hosts of repositories, and any path with an
 * element like `name.git`. No page is asked about them (go.dev/ref/mod#vcs-find).
 */
import { TsgogetError } from '../errors.js';

interface OriginHost {
  readonly prefix: string;
  readonly paths: RegExp;
  /** A suffix such as `.git` is an error. */
  readonly isBare: boolean;
}

const hosts: readonly OriginHost[] = [
  { prefix: 'github.com', paths: /^(github\.com\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'bitbucket.org', paths: /^(bitbucket\.org\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'hub.jazz.net/git', paths: /^(hub\.jazz\.net\/git\/[a-z0-9]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: true },
  { prefix: 'git.apache.org', paths: /^(git\.apache\.org\/[a-z0-9_.-]+\.git)(?:\/[\w.-]+)*$/, isBare: false },
  { prefix: 'git.openstack.org', paths: /^(git\.openstack\.org\/[\w.-]+\/[\w.-]+)(?:\/[\w.-]+)*$/, isBare: false },
  { prefix: 'chiselapp.com', paths: /^(chiselapp\.com\/user\/[A-Za-z0-9]+\/repository\/[\w.-]+)$/, isBare: true },
];

const startsWithPath = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** Reports whether the path tells its repository. Throws 'not-found', in the go command's words, where there can be none. */
export function namesRepository(path: string): boolean {
  if (startsWithPath(path, 'example.net')) throw noModule('no modules on example.net');
  if (path === 'rsc.io') throw noModule('rsc.io is not a module');
  const host = hosts.find(({ prefix }) => startsWithPath(path, prefix));
  if (host === undefined) return hasRepositoryElement(path);
  const repository = host.paths.exec(path)?.[1];
  if (repository === undefined) throw noModule(`invalid ${host.prefix} import path "${path}"`);
  if (host.isBare && /\.(?:hg|git|svn|bzr|fossil)$/.test(repository)) {
    throw noModule(`invalid version control suffix in ${host.prefix}/ path`);
  }
  return true;
}

/** Reports whether the path is of a host that is a repository if its page says nothing else. */
export function mayNameRepository(path: string): boolean {
  return path.startsWith('launchpad.net/');
}

function hasRepositoryElement(path: string): boolean {
  const [host = '', ...elements] = path.split('/');
  if (!/^[a-z0-9-][a-z0-9.-]*\.[a-z0-9.-]+$/.test(host)) return false;
  return (
    elements.every((e) => /^~?[\w.-]+$/.test(e)) &&
    elements.some((e) => /^~?[\w.-]+\.(?:bzr|fossil|git|hg|svn)$/.test(e))
  );
}

function noModule(message: string): TsgogetError {
  return new TsgogetError('not-found', message);
}
