/**
 * What the go command does otherwise since a release, each as a named rule: the one place where the release that is followed decides
 * about behaviour. What depends on the go line of a go.mod is in milestones.ts.
 */
import { compareGo } from './go-version.js';

export interface ReleaseRule {
  readonly name: string;
  /** The language version of the first release that has it, '1.27'. */
  readonly since: string;
  /** What is so from then on. */
  readonly what: string;
}

const rules = {
  '1.22': {
    'dot-folders': 'the folder above go.work is written as .. by work use, without ./ before it',
    'gopath-go-mod-ignored': 'a go.mod in GOPATH itself is passed over, with a warning',
    'origin-of-queries': 'a version that was chosen from a list has no Origin, of which the hash comes before the ref',
    'vendor-consistency-words': 'a replacement that modules.txt has otherwise is told once, with the file that has it',
    'vendor-replacements-once': 'modules.txt names each replacement once, and none of a main module',
    'work-vendor': 'workspaces have vendor folders, and modules.txt says whose it is',
    'workspace-replacement-dots':
      'the folder that a member of a workspace names by a replacement begins with ./ or ../',
  },
  '1.23': {
    'go-work-error-words': 'what is wrong with a go.work is told with its line, under a heading',
    'godebug-lines': 'go.mod and go.work may have godebug lines, for which mod edit and work edit have flags',
    'list-sums': 'list -m shows the hashes that go.sum has',
    'vendor-collisions': 'mod vendor refuses two modules that differ in case alone',
    'vendor-embed-words': 'what packages cannot embed is told with their names, for all of them',
    'workspace-direct': 'in a workspace, what a member requires is no indirect module',
  },
  '1.24': {
    'list-pattern-twice': 'list -m tells of a pattern whose modules earlier ones have named',
    'tool-lines': 'go.mod may have tool lines, for which get and mod edit have flags',
    'toolchain-prereleases': 'a query of toolchain prefers releases to candidates',
  },
  '1.25': {
    'embed-invalid-names':
      'a file below an embedded folder with a name that no module zip holds is an error of mod vendor',
    'get-in-workspace': 'get knows the packages of the workspace that its module is in',
    'go-import-subdir': 'a go-import line may name a folder of its repository',
    'ignore-lines': 'go.mod may have ignore lines, for which mod edit has flags',
    'no-modules-in-workspace': 'where a go.work uses no module, that is what is told of an argument',
    'patterns-with-backslash': 'a backslash in the pattern of an import path is a slash on every system',
    'tidy-pruning-link': 'what mod tidy says of older releases ends with an address that is about them',
    'work-pattern': 'work is the pattern of the packages of the main modules',
  },
  '1.26': {
    'edit-json-godebug': 'mod edit -json shows godebug lines',
    'get-sums-cached-zip': 'get adds the sum of a zip that was in the module cache before',
    'get-tool-adds-all': 'get -tool adds the tools of all its arguments, not of the last one alone',
  },
  '1.27': {
    'auto-mode-sees-go-work': 'GO111MODULE=auto selects a release where there is only a go.work',
    'build-names': 'openbsd/mips64 and the experiment goroutineleakprofile are gone, mapsplitgroup is new',
    'edit-json-omits-empty':
      'mod edit -json and work edit -json leave empty lists out; the latter shows toolchain and godebug lines',
    'env-gobin': 'env GOBIN names the folder of go install where none is set',
    'env-gopackagesdriver': 'env lists GOPACKAGESDRIVER',
    'env-goroot-fixed': 'env -w and env -u refuse GOROOT',
    'fips140-not-downloaded': 'golang.org/fips140 is refused: it comes with Go',
    'get-raises-go-for-tools': 'get raises the go line of a module with tools to 1.24',
    'get-tool-before-check': 'get -tool loads the tools before it checks the packages, so that go.sum is whole',
    'get-upgrade-switches': 'get -u follows a newer release where a module asks for it',
    'go-dev-addresses': 'addresses in messages are those of go.dev',
    'godebug-removed-by-value': 'a removed godebug setting is refused with its old values alone',
    'json-prints-replacement': 'JSON shows what is no UTF-8 as U+FFFD itself, not as its escape',
    'list-empty-argument': 'list refuses an empty argument',
    'mod-init-names-modfile': 'mod init -modfile names the file',
    'no-bzr': 'Bazaar and Launchpad are unknown',
    'readonly-cache-is-silent': 'nothing is said of what a read-only module cache does not take',
    'version-error-once': 'a version that cannot be is told once',
    'work-sync-upgrades':
      'work sync raises requirements and lowers none, fails where a member cannot have them, and writes after it has read all',
    'work-too-old-words': 'a go.work that is too old is told with the release to use',
    'work-use-skips-vendor': 'work use -r passes over folders named vendor',
    'workspace-keeps-graph': 'a workspace tells of one folder under two module paths, once',
  },
} as const;

type Rules = typeof rules;
export type RuleName = { [R in keyof Rules]: keyof Rules[R] }[keyof Rules];

/** Every rule, by release and name. */
export const releaseRules: readonly ReleaseRule[] = Object.entries(rules).flatMap(([since, named]) =>
  Object.entries(named).map(([name, what]) => ({ name, since, what })),
);

const sinceOf = new Map(releaseRules.map(({ name, since }) => [name, since]));

/** Reports whether a release, such as '1.26.8', has a rule; its first release candidate has it too. */
export function hasRule(goVersion: string, rule: RuleName): boolean {
  return compareGo(goVersion, sinceOf.get(rule)!) >= 0;
}
