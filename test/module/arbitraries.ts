/** What fast-check draws versions and paths from: mostly valid, with the odd corners over-represented. */
import fc from 'fast-check';

const number = fc.oneof(
  fc.nat(30).map(String),
  fc.constantFrom('0', '9', '10', '9007199254740992', '9007199254740993', '99999999999999999999'),
);
const identifier = fc.oneof(
  number,
  fc.constantFrom('rc1', 'alpha', 'beta', 'A', 'a-b', '-', '0a', '--1', 'pre'),
  fc.stringMatching(/^[a-z-][0-9A-Za-z-]{0,4}$/),
);
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 4 }).map((list) => list.join('.'));
const optional = (arbitrary: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), arbitrary);

/** vX.Y.Z without prerelease or build. */
export const release = fc.tuple(number, number, number).map((n) => `v${n.join('.')}`);

/** A full version with prerelease, without build. */
export const fullVersion = fc.tuple(release, optional(identifiers.map((p) => `-${p}`))).map((parts) => parts.join(''));

/** Any valid Go semantic version, shorthands and build metadata included. */
export const validVersion = fc.oneof(
  number.map((n) => `v${n}`),
  fc.tuple(number, number).map((n) => `v${n.join('.')}`),
  fullVersion,
  fc.tuple(fullVersion, fc.oneof(fc.constant('incompatible'), identifiers)).map((parts) => parts.join('+')),
);

/** Anything, often nearly a version. */
export const anyVersion = fc.oneof(
  { weight: 3, arbitrary: validVersion },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'v01.-+a/ ') }) },
  { weight: 1, arbitrary: fc.string() },
);

const element = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019._~-'), minLength: 1, maxLength: 6 })
  .filter((e) => /^[^.].*[^.]$/.test(e) && !/~\d+$/.test(e.split('.', 1)[0]!));

/** A valid module path. */
export const modulePath = fc
  .tuple(
    fc.constantFrom('example.com', 'a.b', 'golang.org', '0.x-y'),
    fc.array(element, { maxLength: 3 }),
    fc.constantFrom('', '', '/v2', '/v10'),
  )
  .map(([host, elements, major]) => [host, ...elements.filter((e) => !/^v[\d.]*$/.test(e))].join('/') + major);
