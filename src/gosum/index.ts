/**
 * go.sum: read, edited, merged, and printed as the go command does.
 *
 * @example
 * ```js
 * import { GoSum } from 'tsgoget/gosum';
 *
 * const sums = GoSum.parse('go.sum', 'example.com/b v1.0.0 h1:b\nexample.com/a v1.0.0/go.mod h1:a\n');
 * sums.get('example.com/b', 'v1.0.0'); // → ['h1:b']
 * sums.add('example.com/b', 'v1.0.0', 'h1:b'); // → false
 * sums.format(); // → 'example.com/a v1.0.0/go.mod h1:a\nexample.com/b v1.0.0 h1:b\n'
 * GoSum.parse('go.sum', 'example.com/b v1.0.0\n'); // → throws 'invalid-gosum'
 * ```
 */
export {
  emptyGoModHash,
  GoSum,
  type GoSumEntry,
  type GoSumLine,
  type GoSumOptions,
  type GoSumScan,
  parseGoSumLines,
  scanGoSum,
} from './go-sum.js';
export { type SumUnion, type UnusableLine, unionSums } from './union-sums.js';
