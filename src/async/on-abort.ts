/** Many waits for one AbortSignal: it has one listener of ours, since adding to its own list takes longer the longer that is. */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `react` when the signal fires, or now if it has. The result takes that back. */
export function onAbort(signal: AbortSignal, react: () => void): () => void {
  if (signal.aborted) {
    react();
    return () => {};
  }
  let reactions = waiting.get(signal);
  if (reactions === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => all.forEach((each) => void each()), { once: true });
    waiting.set(signal, all);
    reactions = all;
  }
  reactions.add(react);
  return () => reactions.delete(react);
}
