/**
 * `go env -w` and `go env -u`: what may be written to the GOENV file, and writing it.
 */
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteGo } from '../encoding/quote-go.js';
import { splitQuotedWords } from '../encoding/quoted-words.js';
import { TsgogetError } from '../errors.js';
import { readExistingFile, readOpenFile } from '../files/read-file.js';
import { hasRule } from '../gover/release-rules.js';
import { writeInPlace } from '../sourcetree/write-in-place.js';
import { type EnvFileChanges, editEnvFile, maxEnvFileBytes } from './env-file.js';
import { type GoEnv, osLookup } from './go-env.js';
import { experiments, platforms } from './platforms.js';
import { missingUserDir, pathOf } from './settings.js';

const neverWritten = new Set(
  'GOEXE GOGCCFLAGS GOHOSTARCH GOHOSTOS GOMOD GOWORK GOTOOLDIR GOVERSION GOTELEMETRY GOTELEMETRYDIR'.split(' '),
);

/** Throws 'invalid-setting' when the file may not set `name` to `value`. */
export function checkEnvWrite(env: GoEnv, name: string, value: string): void {
  const isFixed = neverWritten.has(name) || (name === 'GOROOT' && hasRule(env.goVersion, 'env-goroot-fixed'));
  if (isFixed) throw invalid(`${name} cannot be modified`);
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
    const [program] = splitQuotedWords(value, (what) => invalid(`invalid ${name}: ${what}`));
    if (program === undefined) throw invalid(`${name} entry cannot contain only space`);
    if (!isAbsolute(program) && /[/\\]/.test(program)) {
      throw invalid(`${name} entry is relative; must be absolute path: ${quoteGo(program)}`);
    }
  }
}

/** The platforms and experiments that came or went. */
const buildNames = { goneSince127: ['openbsd/mips64', 'goroutineleakprofile'], newIn127: ['mapsplitgroup'] };

/** Throws 'invalid-setting' for a platform or experiment that the release does not have. */
export function checkBuildSettings(s: { GOOS: string; GOARCH: string; GOEXPERIMENT: string }, goVersion: string): void {
  const unknown = hasRule(goVersion, 'build-names') ? buildNames.goneSince127 : buildNames.newIn127;
  const has = (names: ReadonlySet<string>, name: string) => names.has(name) && !unknown.includes(name);
  for (const name of s.GOEXPERIMENT.split(',')) {
    const isKnown =
      name === '' || name === 'none' || has(experiments, name) || has(experiments, name.replace(/^no/, ''));
    if (!isKnown) throw invalid(`unknown GOEXPERIMENT ${name.replace(/^no/, '')}`);
  }
  if (!has(platforms, `${s.GOOS}/${s.GOARCH}`)) {
    throw invalid(`unsupported GOOS/GOARCH pair ${s.GOOS}/${s.GOARCH}`);
  }
}

/** Writes changes to the GOENV file. Each name and value must have passed `checkEnvWrite`. */
export function writeEnvFile(env: GoEnv, changes: EnvFileChanges): void {
  const file = env.writtenEnvFile;
  if (file === '') {
    const why = missingUserDir({ os: osLookup(env.env, env.GOHOSTOS), hostGoos: env.GOHOSTOS }, 'config');
    throw invalid(`cannot find go env config: ${why}`);
  }
  let text = '';
  try {
    text = readExistingFile(file, maxEnvFileBytes).toString();
  } catch (error) {
    const mustExist = (changes.set?.size ?? 0) === 0;
    const { code } = error as NodeJS.ErrnoException;
    if (mustExist || code !== 'ENOENT') {
      let words = (error as Error).message;
      if (code === 'ENOENT') words = `open ${file}: no such file or directory`;
      if (code === 'EISDIR') words = `read ${file}: is a directory`;
      throw new TsgogetError('invalid-setting', `reading go env config: ${words}`, { cause: error });
    }
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceText(file, Buffer.from(editEnvFile(text, changes)));
  } catch (error) {
    throw new TsgogetError('invalid-setting', `writing go env config: ${(error as Error).message}`, { cause: error });
  }
}

/** In place, as the file may be a link: and so that a full disk leaves what stands there, settings of privacy too. */
function replaceText(file: string, text: Uint8Array): void {
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o666);
  try {
    writeInPlace(fd, readOpenFile(fd, maxEnvFileBytes), text);
  } finally {
    closeSync(fd);
  }
}

function invalid(message: string): TsgogetError {
  return new TsgogetError('invalid-setting', message);
}
