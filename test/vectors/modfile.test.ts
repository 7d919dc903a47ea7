/** The pairs of golang.org/x/mod, which stand beside the repository and are not part of it: byte for byte. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  formatGoModBytes,
  formatGoWorkBytes,
  parseGoMod,
  parseGoWork,
  parseSyntax,
  printSyntax,
} from '../../src/modfile/index.js';

const folder = fileURLToPath(new URL('../../../shared/vectors/modfile/', import.meta.url));
const present = existsSync(folder);

const modfiles = { folder, format: (name: string, data: Buffer) => formatGoModBytes(parseGoMod(name, data)) };
const workfiles = {
  folder: `${folder}work/`,
  format: (name: string, data: Buffer) => formatGoWorkBytes(parseGoWork(name, data)),
};
/** Pairs that are about syntax alone: their directives are made up. */
const syntaxOnly = new Set(['block.in', 'comment.in']);

function goldens(of: string): string[] {
  return present ? readdirSync(of).filter((name) => name.endsWith('.golden')) : [];
}

describe.skipIf(!present)(
  `x/mod vectors${present ? '' : ` (skipped: there is no ${'../shared/vectors/modfile'})`}`,
  () => {
    test('are all there', () => {
      expect(goldens(folder).length + goldens(workfiles.folder).length).toBeGreaterThanOrEqual(17);
    });

    for (const kind of [modfiles, workfiles]) {
      const label = kind === modfiles ? 'go.mod' : 'go.work';
      test.each(goldens(kind.folder))(`${label}: %s prints as itself`, (name) => {
        const text = readFileSync(kind.folder + name, 'utf8');
        expect(printSyntax(parseSyntax(name, text))).toBe(text);
      });

      const inputs = goldens(kind.folder)
        .map((name) => name.replace(/\.golden$/, '.in'))
        .filter((name) => existsSync(kind.folder + name));
      test.each(inputs)(`${label}: %s becomes its golden`, (name) => {
        const data = readFileSync(kind.folder + name);
        const golden = readFileSync(kind.folder + name.replace(/\.in$/, '.golden'), 'utf8');
        const isSyntaxOnly = kind === modfiles && syntaxOnly.has(name);
        const got = isSyntaxOnly ? printSyntax(parseSyntax(name, data.toString())) : kind.format(name, data);
        expect(Buffer.from(got).toString()).toBe(golden);
      });
    }
  },
);
