/** `package p // import "path"`: what a package said it is called before there were modules (go.dev/doc/go1.4#canonicalimports). */
import { unquoteGo } from '../encoding/quote-go.js';

const importComment = /(?:^|\n)package[ \t]+[^ \t\r\n/]+[ \t]+\/\/[ \t]+import[ \t]+("[^"]+")[ \t]*\r?\n/;

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** The path of the first such comment; undefined when there is none. */
export function packageImportComment(data: Uint8Array): string | undefined {
  const literal = importComment.exec(lossy.decode(data))?.[1];
  return literal === undefined ? undefined : unquoteGo(literal);
}
