/** The library's door: a client, the error model, and the pure packages (each under its subpath too). */
export type {
  ExportedProof,
  LeftOut,
  VerifyDocument,
  VerifyDocumentFinding,
  VerifyDocumentLine,
} from './checks/index.js';
export type { ExplainDocument } from './checks/mismatch/index.js';
export {
  type Client,
  type ClientOptions,
  createClient,
  type Requirement,
  type VerifyChoices,
} from './client/client.js';
export type { HeadDocument } from './client/head-document.js';
export type { SumDbLookupDocument } from './client/lookup.js';
export type { Progress } from './client/run.js';
export * as dirhash from './dirhash/index.js';
export {
  ChecksumMismatchError,
  type ErrorCode,
  HttpError,
  isNotFound,
  isSecurity,
  LogForkError,
  ModuleError,
  TsgogetError,
} from './errors.js';
export * as gosum from './gosum/index.js';
export * as gover from './gover/index.js';
export type { Proof, VersionInfo } from './modfetch/index.js';
export * as modfile from './modfile/index.js';
export * as module from './module/index.js';
export * as modzip from './modzip/index.js';
export * as mvs from './mvs/index.js';
export * as note from './note/index.js';
export * as proof from './proof/index.js';
export type {
  Download,
  ModulePublic,
  ProofDocument,
  ResolveDocument,
  ResolveDocumentModule,
  ResolvedModule,
  ResolvedProof,
  ResolveTotals,
} from './resolve/index.js';
export * as tlog from './tlog/index.js';
