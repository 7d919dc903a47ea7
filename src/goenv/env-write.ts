/**
 * `go env -w` and `go env -u`: what may be written to the GOENV file, and writing it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { type EnvFileChanges, editEnvFile } from './env-file.js';
import type { GoEnv } from './go-env.js';
import { experiments, platforms } from './platforms.js';
import { pathOf } from './settings.js';

const neverWritten = new Set(
  'GOEXE GOGCCFLAGS GOHOSTARCH GOHOSTOS GOMOD GOWORK GOTOOLDIR GOVERSION GOTELEMETRY GOTELEMETRYDIR'.split(' '),
);

/** Throws 'invalid-setting' when the file may not set `name` to `value`. */
export function checkEnvWrite(env: GoEnv, name: string, value: string): void {
  if (neverWritten.has(name)) throw invalid(`${name} cannot be modified`);
  if (name === 'GOENV' || name === 'GODEBUG') throw invalid(`${name} can only be set using the OS environment`);
  if (!env.knows(name) || name === 'NETRC') throw invalid(`unknown go command variable ${name}`);
  checkValue(env, name, value);
  if (/\p{Surrogate}/u.test(value)) throw invalid(`invalid UTF-8 in ${name}=... value`);
  if (value.includes('\0')) throw invalid(`invalid NUL in ${name}=... value`);
  if (/[\v\r\n]/.test(value)) throw invalid(`invalid newline in ${name}=... value`);
}

function checkValue(env: GoEnv, name: string, value: string): void {
  const isAbsolute = (file: string) => pathOf(env.GOHOSTOS).isAbsolute(file);
  if (value === '') return;
  if (name === 'GO111MODULE' && !['auto', 'on', 'off'].includes(value)) {
    throw invalid(`invalid ${name} value ${quoteGo(value)}`);
  }
  if (name === 'GOPATH' && value.startsWith('~')) {
    throw invalid(`GOPATH entry cannot start with shell metacharacter '~': ${quoteGo(value)}`);
  }
  if ((name === 'GOPATH' || name === 'GOMODCACHE') && !isAbsolute(value)) {
    throw invalid(`${name} entry is relative; must be absolute path: ${quoteGo(value)}`);
  }
  if (name === 'GOTMPDIR' && !isAbsolute(value)) throw invalid('GOTMPDIR must be an absolute path');
  if (name === 'CC' || name === 'CXX') {
    const command = /^\s*(?:'([^']*)'|"([^"]*)"|(\S+))/.exec(value);
    if (command === null) throw invalid(`${name} entry cannot contain only space`);
    const program = command[1] ?? command[2] ?? command[3] ?? '';
    if (!isAbsolute(program) && /[/\\]/.test(program)) {
      throw invalid(`${name} entry is relative; must be absolute path: ${quoteGo(program)}`);
    }
  }
}

/** Throws 'invalid-setting' for a platform or experiment that Go does not have. */
export function checkBuildSettings(s: { GOOS: string; GOARCH: string; GOEXPERIMENT: string }): void {
  for (const name of s.GOEXPERIMENT.split(',')) {
    const isKnown = name === '' || name === 'none' || experiments.has(name) || experiments.has(name.replace(/^no/, ''));
    if (!isKnown) throw invalid(`unknown GOEXPERIMENT ${name.replace(/^no/, '')}`);
  }
  if (!platforms.has(`${s.GOOS}/${s.GOARCH}`)) {
    throw invalid(`unsupported GOOS/GOARCH pair ${s.GOOS}/${s.GOARCH}`);
  }
}

/** Writes changes to the GOENV file. Each name and value must have passed `checkEnvWrite`. */
export async function writeEnvFile(env: GoEnv, changes: EnvFileChanges): Promise<void> {
  const file = env.GOENV;
  if (file === '') {
    throw invalid(`cannot find go env config: ${env.env.GOENV === 'off' ? 'GOENV=off' : 'no folder for it is known'}`);
  }
  let text = '';
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const mustExist = (changes.set?.size ?? 0) === 0;
    const { code } = error as NodeJS.ErrnoException;
    if (mustExist || code !== 'ENOENT') {
      const words = code === 'ENOENT' ? `open ${file}: no such file or directory` : (error as Error).message;
      throw new TsgogetError('invalid-setting', `reading go env config: ${words}`, { cause: error });
    }
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, editEnvFile(text, changes));
  } catch (error) {
    throw new TsgogetError('invalid-setting', `writing go env config: ${(error as Error).message}`, { cause: error });
  }
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
