/**
 * The progress line: on stderr, only on a terminal, only when the work takes longer than a moment, redrawn at a bounded
 * rate, and gone before anything else is written. Asked for without a terminal (-progress) it is a line now and then; not asked
 * for, a line every half a minute: a log that stands still says for whom.
 */
import type { Progress } from '../client/run.js';
import type { ProgressSink } from '../commands/command.js';
import { cleanText } from './clean-text.js';
import type { OutputStream } from './terminal.js';

const appearAfterMs = 200;
const redrawEveryMs = 100;
const plainEveryMs = 2000;
const rareEveryMs = 30_000;
/** Shorter waits are not worth a word. */
const leastWaitMs = 3000;
const eraseLine = '\r\x1b[K';

export type ProgressMode = 'line' | 'plain' | 'rare' | 'off';

export interface ProgressLine extends ProgressSink {
  /** Takes the line away until the next redraw. */
  clear(): void;
  /** Takes it away for good. */
  stop(): void;
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  for (const [unit, size] of [
    ['kB', 1e3],
    ['MB', 1e6],
  ] as const) {
    if (bytes < 999.95 * size) return `${(bytes / size).toFixed(1)} ${unit}`;
  }
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

const counted = (n: number | undefined, one: string, many: string) =>
  n === undefined || n === 0 ? [] : [`${n} ${n === 1 ? one : many}`];

/** What is said of work that has no name and no counts. */
const nothingYet = 'working';

function waitWords(wait: { readonly host: string; readonly ms: number } | undefined): string[] {
  if (wait === undefined || wait.ms < leastWaitMs) return [];
  return [`waiting ${Math.floor(wait.ms / 1000)} s for ${cleanText(wait.host)}`];
}

/** The words of the line: 'resolving 12/40 · 312 modules · 900 go.mod files · 12.3 MB · 4.1 MB/s'; the rate needs the time since the start. */
export function formatProgress(p: Progress, elapsedMs = 0): string {
  const done = p.total === undefined || p.total === 0 ? '' : ` ${Math.min(p.done ?? 0, p.total)}/${p.total}`;
  return [
    cleanText(p.phase ?? nothingYet) + done,
    ...waitWords(p.longestWait?.()),
    ...counted(p.modules, 'module', 'modules'),
    ...counted(p.goModFiles, 'go.mod file', 'go.mod files'),
    ...counted(p.zips, 'zip', 'zips'),
    ...counted(p.sums, 'hash proved', 'hashes proved'),
    ...(p.bytes === undefined || p.bytes === 0 ? [] : [formatBytes(p.bytes)]),
    ...(p.bytes && elapsedMs > 0 ? [`${formatBytes(Math.round((p.bytes * 1000) / elapsedMs))}/s`] : []),
    ...counted(p.requests, 'request', 'requests'),
    ...(p.inFlight === undefined || p.inFlight === 0 ? [] : [`${p.inFlight} in flight`]),
  ].join(' · ');
}

export function createProgress(stream: OutputStream, mode: ProgressMode): ProgressLine {
  const shown: Progress = {};
  let timer: NodeJS.Timeout | undefined;
  let drawn = false;
  let last = '';
  let stopped = mode === 'off';
  let startedAt = 0;
  const plainMs = mode === 'rare' ? rareEveryMs : plainEveryMs;
  let cutToWidth: ((text: string, columns: number) => string) | undefined;

  const clear = () => {
    if (!drawn) return;
    drawn = false;
    stream.write(eraseLine);
  };

  const draw = () => {
    const text = formatProgress(shown, performance.now() - startedAt).replace(/\s+/g, ' ');
    if (mode !== 'line') {
      if (mode === 'rare' || text !== last) stream.write(`${text}\n`);
    } else if (cutToWidth !== undefined && text !== nothingYet && (!drawn || text !== last)) {
      stream.write(eraseLine + cutToWidth(text, (stream.columns || 80) - 1));
      drawn = true;
    }
    last = text;
    schedule(mode === 'line' ? redrawEveryMs : plainMs);
  };

  const schedule = (ms: number) => {
    timer = setTimeout(draw, ms);
    timer.unref();
  };

  return {
    update(counts) {
      if (stopped) return;
      Object.assign(shown, counts);
      if (startedAt === 0) startedAt = performance.now();
      if (timer !== undefined) return;
      schedule(mode === 'line' ? appearAfterMs : plainMs);
      // what measures text is not loaded for nothing: it is here long before the line appears
      if (mode === 'line') {
        import('./display-width.js').then((loaded) => {
          cutToWidth = loaded.cutToWidth;
        });
      }
    },
    clear,
    stop() {
      stopped = true;
      clearTimeout(timer);
      clear();
    },
  };
}
