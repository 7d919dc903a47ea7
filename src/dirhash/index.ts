/**
 * The h1: hashes of go.sum and the checksum database, over files read in whatever way.
 *
 * @example
 * ```js
 * import { hash1, hashGoMod } from 'tsgoget/dirhash';
 *
 * const bytes = (text) => new TextEncoder().encode(text);
 * hashGoMod(bytes('module example.com/greet\n')); // → 'h1:eUhWVvAluAyk6VgkthEdYAX90qA1SCsaVeARr/7BMlA='
 * const files = { 'm@v1.0.0/go.mod': 'module m\n', 'm@v1.0.0/m.go': 'package m\n' };
 * hash1(Object.keys(files), (name) => bytes(files[name])); // → 'h1:xgAngMIWT96UzsI411iu++XTVZckNlpqBFiSg5CArHk='
 * ```
 */
export { type Content, hash1, hash1Async, hash1OfSums, hashGoMod, isH1 } from './dirhash.js';
