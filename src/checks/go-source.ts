/**
 * What `go mod vendor` reads in a Go source file: whether a build constraint rules it out of every build, and what it embeds
 * (go.dev/ref/mod#go-mod-vendor). As `mod vendor` here reads it, but that nothing throws: what is no source embeds nothing.
 */
import { isInAnyBuild, readHeader } from '../imports/index.js';

export interface GoSource {
  /** No build can ever use it: its constraint needs the tag `ignore`. */
  readonly isIgnored: boolean;
  /** The patterns of its //go:embed lines. */
  readonly embeds: readonly string[];
  /** It has embed lines that were not read. */
  readonly isTooLarge?: true;
}

/** Of larger files only so much is read. */
export const maxSourceBytes = 32 * 2 ** 20;

/** The line that embeds begins with it. */
export const embedDirective = '//go:embed';

/** Reads a source file. */
export function readGoSource(data: Uint8Array): GoSource {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return {
    isIgnored: !isInAnyBuild(data),
    embeds: bytes.includes(embedDirective) ? embedsOf(data) : [],
  };
}

/** What is known of a file by its first `maxSourceBytes`, where build constraints stand, and of the rest by whether it may embed. */
export function readLargeGoSource(beginning: Uint8Array, mayEmbed: boolean): GoSource {
  return { isIgnored: !isInAnyBuild(beginning), embeds: [], ...(mayEmbed && { isTooLarge: true }) };
}

function embedsOf(data: Uint8Array): string[] {
  try {
    return readHeader('', data).embeds.map(({ pattern }) => pattern);
  } catch {
    return [];
  }
}
