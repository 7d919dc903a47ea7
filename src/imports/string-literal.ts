/** The text that a Go string literal stands for (go.dev/ref/spec#String_literals). */
import { unquoteGo } from '../encoding/quote-go.js';

/** A run of escapes for bytes above ASCII, or any other escape. */
const escapes = /((?:\\(?:x[89A-Fa-f][0-9A-Fa-f]|[23][0-7]{2}))+)|\\[\s\S]/g;

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

function withoutHighBytes(literal: string): string {
  return literal.replace(escapes, (escape, run?: string) => {
    if (run === undefined) return escape;
    const numbers = run.slice(1).split('\\');
    return lossy.decode(
      Uint8Array.from(numbers, (n) => (n.startsWith('x') ? Number.parseInt(n.slice(1), 16) : Number.parseInt(n, 8))),
    );
  });
}

/** Escapes take time, and no import path or pattern is as long: that of a longer literal is not resolved, and then leads nowhere. */
const maxEscapedLength = 1 << 16;

/**
 * The value of a literal, "…" or `…`; undefined when it is malformed. Bytes that are no UTF-8 ("\xff") read as U+FFFD, which neither an
 * import path nor a file pattern may hold, so that what is wrong is told and not lost.
 */
export function literalValue(literal: string): string | undefined {
  if (!literal.startsWith('"') || !literal.includes('\\')) return unquoteGo(literal);
  return literal.length > maxEscapedLength ? literal.slice(1, -1) : unquoteGo(withoutHighBytes(literal));
}
