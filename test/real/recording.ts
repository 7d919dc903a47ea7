/**
 * Recordings of real modules: their whole graph, the checksum database's answers, and what the go command says of them.
 * Made once, by ../shared/record with the go command, in a cache folder outside the repository; then reused.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const recorder = fileURLToPath(new URL('../../../shared/record', import.meta.url));

/** Why there can be no recordings here; '' when there can. */
export function whyNoRecordings(): string {
  if (spawnSync('go', ['version']).status !== 0) return 'the go command is not on PATH';
  if (!existsSync(recorder)) return '../shared/record, which makes the recordings, is not there';
  return '';
}

/** What is recorded: the options are the recorder's words. More than 300 modules: the last four. */
export const recordings = {
  cobra: { module: 'github.com/spf13/cobra@v1.9.1', options: ['lists', 'source'] },
  logrus: { module: 'github.com/sirupsen/logrus@v1.9.3', options: ['lists', 'source'] },
  echo: { module: 'github.com/labstack/echo/v4@v4.13.3', options: ['lists', 'source'] },
  gin: { module: 'github.com/gin-gonic/gin@v1.10.0', options: ['lists', 'source'] },
  'echo-before': { module: 'github.com/labstack/echo/v4@v4.11.0', options: ['source'] },
  'gin-before': { module: 'github.com/gin-gonic/gin@v1.9.0', options: ['source'] },
  hugo: { module: 'github.com/gohugoio/hugo@v0.147.0', options: ['lists'] },
  golangci: { module: 'github.com/golangci/golangci-lint/v2@v2.1.6', options: ['lists'] },
  prometheus: { module: 'github.com/prometheus/prometheus@v0.303.1', options: [] },
  ghcli: { module: 'github.com/cli/cli/v2@v2.72.0', options: [] },
} as const satisfies Record<string, { module: string; options: readonly string[] }>;

export type RecordingName = keyof typeof recordings;

export class Recording {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** A file:// GOPROXY as it is. */
  get download(): string {
    return join(this.#dir, 'download');
  }

  /** The module's own files; recorded with `source`. */
  get source(): string {
    return join(this.#dir, 'source');
  }

  /** The module's own go.mod or go.sum. */
  file(name: 'go.mod' | 'go.sum'): string {
    return readFileSync(join(this.#dir, name), 'utf8');
  }

  /** What the go command printed or wrote. */
  expected(name: string): string {
    return readFileSync(join(this.#dir, 'expected', name), 'utf8');
  }
}

/** Takes minutes the first time. */
export async function openRecording(name: RecordingName): Promise<Recording> {
  const { module, options } = recordings[name];
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const dir = join(cache, 'tsgoget-recordings', [name, ...options].join('-')); // a name of its own for other options
  if (!existsSync(dir)) await make(dir, module, options);
  return new Recording(dir);
}

/** Under another name first: half a recording is none. */
async function make(dir: string, module: string, options: readonly string[]): Promise<void> {
  const unfinished = `${dir}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await run(recorder, [unfinished, module, ...options]);
    await rename(unfinished, dir).catch((error) => {
      if (!existsSync(dir)) throw error; // otherwise another process was faster
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      words = (words + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${words}`)),
    );
  });
}
