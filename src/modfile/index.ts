/**
 * go.mod and go.work: parsed, edited with their comments kept, printed.
 *
 * @example
 * ```js
 * import { addRequire, formatGoMod, parseGoMod } from 'tsgoget/modfile';
 *
 * const file = parseGoMod('go.mod', 'module example.com/app\n\ngo 1.24 // and not older\n');
 * addRequire(file, 'example.com/greet', 'v1.3.0');
 * formatGoMod(file); // → 'module example.com/app\n\ngo 1.24 // and not older\n\nrequire example.com/greet v1.3.0\n'
 * parseGoMod('go.mod', 'modul example.com/app\n'); // → throws 'invalid-modfile'
 * ```
 */
export type { FixVersion, ParseOptions } from './directive.js';
export {
  addExclude,
  addIgnore,
  addModule,
  addRetract,
  addTool,
  dropExclude,
  dropIgnore,
  dropRetract,
  dropTool,
} from './edit-go-mod.js';
export { addNewUse, addUse, dropUse, setUse } from './edit-go-work.js';
export {
  addNewRequire,
  addRequire,
  dropRequire,
  type Requirement,
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
} from './edit-require.js';
export {
  addComment,
  addGo,
  addGodebug,
  addReplace,
  addToolchain,
  cleanup,
  dropGo,
  dropGodebug,
  dropReplace,
  dropToolchain,
} from './edit-shared.js';
export {
  type ExcludeDirective,
  formatGoMod,
  formatGoModBytes,
  type GoModFile,
  type ModuleDirective,
  newGoMod,
  type ParseGoModOptions,
  type PathDirective,
  parseGoMod,
  type RequireDirective,
  type RetractDirective,
  type VersionInterval,
} from './go-mod.js';
export {
  formatGoWork,
  formatGoWorkBytes,
  type GoWorkFile,
  newGoWork,
  parseGoWork,
  type UseDirective,
} from './go-work.js';
export { decodeText, encodeText } from './mod-text.js';
export { ModfileError, type ModfileProblem } from './modfile-error.js';
export { modulePath } from './module-path.js';
export { parseSyntax } from './parse-syntax.js';
export { printSyntax } from './print.js';
export { autoQuote, isDirectoryPath, mustQuote } from './quote.js';
export {
  type GoDirective,
  type GodebugDirective,
  goVersionRegExp,
  type ReplaceDirective,
  type ToolchainDirective,
  toolchainRegExp,
} from './shared-directives.js';
export { sortBlocks } from './sort-blocks.js';
export type { CommentBlock, Comments, FileSyntax, Line, LineBlock, Statement } from './syntax.js';
