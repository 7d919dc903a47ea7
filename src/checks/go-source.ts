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
}

/** Larger files are taken for what nearly every file is: not ignored, embedding nothing. */
export const maxSourceBytes = 32 * 2 ** 20;

/** Reads a source file. */
export function readGoSource(data: Uint8Array): GoSource {
  if (data.length > maxSourceBytes) return { isIgnored: false, embeds: [] };
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return {
    isIgnored: !isInAnyBuild(data),
    embeds: bytes.includes('//go:embed') ? embedsOf(data) : [],
  };
}

function embedsOf(data: Uint8Array): string[] {
  try {
    return readHeader('', data).embeds.map(({ pattern }) => pattern);
  } catch {
    return [];
  }
}
