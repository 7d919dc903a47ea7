/** GOAUTH=git dir: the credentials that git has for a URL, from `git credential`, and telling git whether they were good. */
import { type ProgramError, type ProgramOptions, runProgram } from '../process/run-program.js';

export interface GitCredential {
  /** The URL that it is for. */
  readonly prefix: string;
  /** The Authorization header. */
  readonly header: string;
  /** git's own words for it, which it wants back. */
  readonly text: string;
}

/** Asks git for the credentials of a URL. Throws an Error with go's words. */
export async function fillCredential(url: string, options: Omit<ProgramOptions, 'input'>): Promise<GitCredential> {
  let text: string;
  try {
    text = await runProgram('git', ['credential', 'fill'], { ...options, input: `url=${url}\n` });
  } catch (error) {
    const { message, output } = error as ProgramError;
    throw new Error(`'git credential fill' failed (url=${url}): ${message}\n${output ?? ''}`);
  }
  const credential = parseCredential(text);
  if (credential.prefix === '') throw new Error(`'git credential fill' failed for url=${url}, could not parse url\n`);
  if (!url.startsWith(credential.prefix)) {
    throw new Error(
      `requested a credential for ${url}, but 'git credential fill' provided one for ${credential.prefix}\n`,
    );
  }
  return credential;
}

/** Has git remember or forget what it gave. That it fails is no news. */
export async function judgeCredential(
  { text }: GitCredential,
  isGood: boolean,
  options: Omit<ProgramOptions, 'input'>,
): Promise<void> {
  await runProgram('git', ['credential', isGood ? 'approve' : 'reject'], { ...options, input: text }).catch(() => {});
}

function parseCredential(text: string): GitCredential {
  const fields = new Map<string, string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    const at = line.indexOf('=');
    const [key, value] = [line.slice(0, Math.max(0, at)), line.slice(at + 1)];
    if (key !== 'url') fields.set(key, value);
    else if (URL.canParse(value)) {
      const { protocol, host, pathname } = new URL(value);
      fields.set('protocol', protocol.slice(0, -1)).set('host', host).set('path', pathname);
    }
  }
  const get = (key: string) => fields.get(key) ?? '';
  const path = get('path').replace(/^\/*(?=.)/, '/');
  const prefix = get('protocol') === '' || get('host') === '' ? '' : `${get('protocol')}://${get('host')}${path}`;
  const user = Buffer.from(`${get('username')}:${get('password')}`, 'latin1');
  return { prefix, header: `Basic ${user.toString('base64')}`, text };
}
