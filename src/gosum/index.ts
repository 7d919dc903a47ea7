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
