/**
 * The stand-in for the host of test repositories: the go command's own test suite, whose scripts tsgoget is run against, starts a
 * server on loopback and names it in TESTGO_VCSTEST_HOST (http), TESTGO_VCSTEST_TLS_HOST (https) and TESTGO_VCSTEST_CERT.
 * Off unless the first is set; never for another host, never to another place than loopback.
 */
import { TsgogetError } from '../errors.js';
import { readExistingFile } from '../files/read-file.js';
import { publicDomain } from '../goenv/defaults.js';

const maxCertificateBytes = 1 << 20;
/** The suite's name for a host that does not exist, whether names can be looked up or not. */
const noHost = 'localhost.localdev';
const standsFor = `vcs-test.${publicDomain}`;

export interface VcsTest {
  /** Where a request really goes; undefined where it goes where it says. Throws 'invalid-setting', and what a failed look-up throws. */
  target(url: URL): URL | undefined;
  /** Reports whether the stand-in, by TLS, is at this origin. */
  isTarget(origin: URL): boolean;
  /** The certificate to trust there, as PEM; '' when none is named. Throws 'invalid-setting'. */
  certificate(): string;
}

/** The stand-in that the environment names, if it does. */
export function readVcsTest(env: Readonly<Record<string, string | undefined>>): VcsTest | undefined {
  const { TESTGO_VCSTEST_HOST = '', TESTGO_VCSTEST_TLS_HOST = '', TESTGO_VCSTEST_CERT = '' } = env;
  if (TESTGO_VCSTEST_HOST === '') return undefined;
  return {
    target(url) {
      if (url.hostname === noHost)
        throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND', hostname: noHost });
      if (url.host !== standsFor) return undefined;
      const name = url.protocol === 'https:' ? 'TESTGO_VCSTEST_TLS_HOST' : 'TESTGO_VCSTEST_HOST';
      const host = url.protocol === 'https:' ? TESTGO_VCSTEST_TLS_HOST : TESTGO_VCSTEST_HOST;
      if (!/^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}$/.test(host)) {
        throw new TsgogetError('invalid-setting', `${name} names no port on loopback`);
      }
      const target = new URL(url);
      target.host = host;
      return target;
    },
    isTarget: (origin) => origin.protocol === 'https:' && origin.host === TESTGO_VCSTEST_TLS_HOST,
    certificate() {
      if (TESTGO_VCSTEST_CERT === '') return '';
      try {
        return readExistingFile(TESTGO_VCSTEST_CERT, maxCertificateBytes).toString('latin1');
      } catch (error) {
        throw new TsgogetError('invalid-setting', `TESTGO_VCSTEST_CERT: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
