/**
 * The one table of commands: a command is a file in this folder and a row here.
 * A row holds what `help` lists; the code is loaded only when the command runs.
 */
import type { CommandRow } from './find-command.js';

/** Explains the others. */
export const helpRow: CommandRow = {
  name: 'help',
  group: 'setup',
  summary: 'explain a command or a topic',
  load: async () => (await import('./help.js')).createHelp(commandTable),
};

/** In the order of `help`. */
export const commandTable: readonly CommandRow[] = [
  {
    name: 'resolve',
    group: 'modules',
    summary: 'resolve modules and say how each was proven',
    load: async () => (await import('./resolve.js')).resolve,
  },
  {
    name: 'get',
    group: 'modules',
    summary: 'add, upgrade, downgrade or remove dependencies',
    load: async () => (await import('./get.js')).get,
  },
  {
    name: 'verify',
    group: 'proof',
    summary: 'prove each line of go.sum and what else a checkout relies on',
    load: async () => (await import('./verify.js')).verify,
  },
  {
    name: 'list',
    group: 'modules',
    summary: 'list modules',
    load: async () => (await import('./list.js')).list,
  },
  {
    name: 'mod download',
    group: 'modules',
    summary: 'download modules to the module cache',
    load: async () => (await import('./mod-download.js')).modDownload,
  },
  {
    name: 'mod graph',
    group: 'modules',
    summary: 'print module requirement graph',
    load: async () => (await import('./mod-graph.js')).modGraph,
  },
  {
    name: 'mod tidy',
    group: 'modules',
    summary: 'add missing and remove unused modules',
    load: async () => (await import('./mod-tidy.js')).modTidy,
  },
  {
    name: 'mod why',
    group: 'modules',
    summary: 'explain why packages or modules are needed',
    load: async () => (await import('./mod-why.js')).modWhy,
  },
  {
    name: 'mod vendor',
    group: 'modules',
    summary: 'make vendored copy of dependencies',
    load: async () => (await import('./mod-vendor.js')).modVendor,
  },
  {
    name: 'work vendor',
    group: 'modules',
    summary: 'make vendored copy of dependencies',
    load: async () => (await import('./work-vendor.js')).workVendor,
  },
  {
    name: 'mod union-sums',
    group: 'proof',
    summary: 'merge both sides of a conflicted go.sum and prove each line',
    load: async () => (await import('./mod-union-sums.js')).modUnionSums,
  },
  {
    name: 'mod verify',
    group: 'modules',
    summary: 'verify that the cached dependencies have not changed',
    load: async () => (await import('./mod-verify.js')).modVerify,
  },
  {
    name: 'proof export',
    group: 'proof',
    summary: 'write a file that proves go.sum without a network',
    load: async () => (await import('./proof-export.js')).proofExport,
  },
  {
    name: 'explain-mismatch',
    group: 'proof',
    summary: 'explain why the checksums of a module do not match',
    load: async () => (await import('./explain-mismatch.js')).explainMismatch,
  },
  {
    name: 'sumdb lookup',
    group: 'proof',
    summary: 'show the record of a module version and its proof',
    load: async () => (await import('./sumdb-lookup.js')).sumdbLookup,
  },
  {
    name: 'sumdb latest',
    group: 'proof',
    summary: 'compare the stored tree head with the one that is served now',
    load: async () => (await import('./sumdb-latest.js')).sumdbLatest,
  },
  {
    name: 'sumdb check',
    group: 'proof',
    summary: 'prove that two signed tree heads are of one log',
    load: async () => (await import('./sumdb-check.js')).sumdbCheck,
  },
  {
    name: 'sumdb monitor',
    group: 'proof',
    summary: 'prove every new record and report those of some modules',
    load: async () => (await import('./sumdb-monitor.js')).sumdbMonitor,
  },
  {
    name: 'sumdb reset',
    group: 'proof',
    summary: 'forget the stored tree head, evidence and cached proofs',
    load: async () => (await import('./sumdb-reset.js')).sumdbReset,
  },
  {
    name: 'mod init',
    group: 'files',
    summary: 'initialize new module in current directory',
    load: async () => (await import('./mod-init.js')).modInit,
  },
  {
    name: 'mod edit',
    group: 'files',
    summary: 'edit go.mod from tools or scripts',
    load: async () => (await import('./mod-edit.js')).modEdit,
  },
  {
    name: 'work init',
    group: 'files',
    summary: 'initialize workspace file',
    load: async () => (await import('./work-init.js')).workInit,
  },
  {
    name: 'work use',
    group: 'files',
    summary: 'add modules to workspace file',
    load: async () => (await import('./work-use.js')).workUse,
  },
  {
    name: 'work edit',
    group: 'files',
    summary: 'edit go.work from tools or scripts',
    load: async () => (await import('./work-edit.js')).workEdit,
  },
  {
    name: 'work sync',
    group: 'files',
    summary: 'sync workspace build list to modules',
    load: async () => (await import('./work-sync.js')).workSync,
  },
  {
    name: 'clean',
    group: 'setup',
    summary: 'remove the module cache',
    load: async () => (await import('./clean.js')).clean,
  },
  {
    name: 'env',
    group: 'setup',
    summary: 'print the settings in effect',
    load: async () => (await import('./env.js')).env,
  },
  {
    name: 'version',
    group: 'setup',
    summary: 'print the version of tsgoget and the Go release it follows',
    load: async () => (await import('./version.js')).version,
  },
  helpRow,
];
