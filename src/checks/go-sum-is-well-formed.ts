/**
 * Claim: every line of go.sum can be read in one way only. Malformed lines stop the go command; lines that it passes over
 * or reads by accident are told (attack A17), as are two hashes for one key, of which one at least is false.
 */
import { emptyGoModHash } from '../gosum/index.js';
import { keyOf } from '../module/index.js';
import type { Checkout, SumFile } from './checkout.js';
import type { ClaimReport, Finding } from './report.js';

const claim = 'go-sum-is-well-formed';

/** Looks at every line, whatever the settings say. */
export function goSumIsWellFormed({ sumFiles }: Pick<Checkout, 'sumFiles'>): ClaimReport {
  const findings = [
    ...sumFiles.flatMap((file) => [...malformedLines(file), ...oddLines(file)]),
    ...contradictions(sumFiles),
  ];
  return { claim, checked: sumFiles.reduce((n, { lines }) => n + lines.length, 0), findings };
}

function* malformedLines({ name: file, lines }: SumFile): Generator<Finding> {
  for (const { line, problem, path, version, hash } of lines) {
    if (problem !== undefined) {
      yield { claim, weight: 'unchecked', message: `malformed go.sum: ${problem}`, file, line };
    } else if (hash === emptyGoModHash) {
      const message = 'the hash of an empty go.mod, which old go commands recorded by mistake: go passes over the line';
      yield { claim, weight: 'note', message, file, line, path, version };
    }
  }
}

/** Lines that go reads, but would not write: one note for each kind and file, at the first of them. */
function* oddLines({ name: file, lines }: SumFile): Generator<Finding> {
  const kinds = new Map<string, { line: number; count: number }>();
  const seen = new Set<string>();
  for (const { line, text, problem, path, version, hash } of lines) {
    if (problem !== undefined) continue;
    const canonical = `${path} ${version} ${hash}`;
    const kind =
      text === `${canonical}\r` ? 'end in CRLF' : text !== canonical ? 'have other white space than go writes' : '';
    const twice = seen.has(canonical) ? 'stand twice' : '';
    seen.add(canonical);
    for (const found of [kind, twice].filter(Boolean)) {
      const known = kinds.get(found);
      if (known === undefined) kinds.set(found, { line, count: 1 });
      else known.count++;
    }
  }
  for (const [kind, { line, count }] of kinds) {
    yield { claim, weight: 'note', message: `${count === 1 ? '1 line' : `${count} lines`} that ${kind}`, file, line };
  }
}

/** Keys with two h1: hashes, in one file or in two of a workspace. */
function* contradictions(files: readonly SumFile[]): Generator<Finding> {
  const first = new Map<string, { hash: string; file: string; line: number }>();
  for (const { name: file, lines } of files) {
    for (const { line, path, version, hash, problem } of lines) {
      if (problem !== undefined || hash === emptyGoModHash || !hash.startsWith('h1:')) continue;
      const key = keyOf({ path, version });
      const known = first.get(key);
      if (known === undefined) first.set(key, { hash, file, line });
      else if (known.hash !== hash) {
        const message = `another hash for this key stands in ${known.file}:${known.line}`;
        yield { claim, weight: 'refuted', message, file, line, path, version, want: known.hash, got: hash };
      }
    }
  }
}
