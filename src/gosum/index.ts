export {
  emptyGoModHash,
  GoSum,
  type GoSumEntry,
  type GoSumLine,
  type GoSumOptions,
  parseGoSumLines,
} from './go-sum.js';
