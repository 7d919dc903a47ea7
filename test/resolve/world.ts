/** A session over files in a temporary folder and modules in memory. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fetcher } from '../../src/modfetch/index.js';
import {
  type CommandRights,
  openSession,
  type Requirements,
  type Session,
  type SessionSettings,
} from '../../src/resolve/index.js';
import { SourceTree } from '../../src/sourcetree/index.js';
import { type Deliver, type MemoryModule, memoryCache, memoryProxies, trustingLog } from '../support/memory-mirror.js';
import { useTempDir } from '../support/temp-dir.js';

export interface TestSession {
  readonly session: Session;
  readonly requirements: Requirements;
  readonly dir: string;
  readonly messages: readonly string[];
  /** What the proxy was asked, in order. */
  readonly asked: readonly string[];
  read(name: string): string;
  write(name: string, text: string): void;
}

/** What the commands may do with the main module (test/commands/rights.test.ts holds them to it). */
export const commandRights: Readonly<Record<string, CommandRights>> = {
  get: { mod: 'mod', addsGoLine: true, writesGoLine: true, raisesGoForTools: true, findsModules: true },
  list: { mod: 'vendor', addsGoLine: true },
  'mod download': { mod: 'mod', addsGoLine: true },
  'mod graph': { mod: 'mod' },
  'mod tidy': { mod: 'mod', addsGoLine: true, writesGoLine: true, formatsGoMod: true },
  'mod vendor': { mod: 'readonly' },
  'mod verify': { mod: 'mod', addsGoLine: true },
  'mod why': { mod: 'mod' },
  resolve: { mod: 'mod' },
  verify: { mod: 'mod' },
  'work sync': { mod: 'mod', addsGoLine: true, isAboutWorkspace: true },
  'work vendor': { mod: 'readonly', isAboutWorkspace: true },
};

export interface TestOptions extends Partial<Omit<SessionSettings, 'tree' | 'createFetcher' | 'rights'>> {
  /** Whose rights the session has; default 'mod download'. */
  readonly command?: string;
  /** go.mod alone may be given as text. */
  readonly files?: string | Readonly<Record<string, string>>;
  readonly modules?: readonly MemoryModule[];
  readonly deliver?: Deliver;
  /** Path of the overlay file in the folder. */
  readonly overlay?: string;
  /** The folder in it to stand in. */
  readonly in?: string;
}

/** Call at the top of a test file; the result opens a session, in a folder of its own. */
export function useSessions(): (options?: TestOptions) => Promise<TestSession> {
  const tempDir = useTempDir();
  return async ({ files = {}, modules = [], deliver, overlay, in: below = '.', command, ...settings } = {}) => {
    const dir = tempDir();
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    };
    for (const [name, text] of Object.entries(typeof files === 'string' ? { 'go.mod': files } : files)) {
      write(name, text);
    }
    const cwd = join(dir, below);
    const proxies = memoryProxies(modules, deliver);
    const messages: string[] = [];
    const goVersion = settings.goVersion ?? '1.26.8';
    const opened = await openSession({
      cwd,
      tree: await SourceTree.open({ cwd, overlay }),
      rights: commandRights[command ?? 'mod download']!,
      forceModules: true,
      GO111MODULE: '',
      GOWORK: '',
      GOPATH: '',
      GOROOT: '',
      GOTOOLCHAIN: 'local',
      goVersion,
      message: (text) => messages.push(text),
      notice: (text) => messages.push(text),
      createFetcher: (sums) =>
        new Fetcher({
          cache: memoryCache(modules),
          proxies,
          sumdb: trustingLog(deliver && { deliver }),
          sums,
          goVersion,
          GOTOOLCHAIN: 'local',
          offline: false,
        }),
      ...settings,
    });
    return {
      ...opened,
      dir,
      messages,
      asked: proxies.asked,
      read: (name) => readFileSync(join(dir, name), 'utf8'),
      write,
    };
  };
}
