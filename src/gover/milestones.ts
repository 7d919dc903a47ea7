/** The Go versions at which the meaning of go.mod, go.work and go.sum changes. Compared with a main module's go line. */

/** From here on "all" no longer holds the tests of dependencies (go.dev/ref/mod#glos-all-pattern). */
export const narrowAllVersion = '1.16';

/** What a go.mod without a go line means: it may be old, so its graph is not pruned. Never to be raised. */
export const defaultGoModVersion = '1.16';

/** What a go.work without a go line means: the first Go that had workspaces. */
export const defaultGoWorkVersion = '1.18';

/** From here on a go.mod lists every module that its packages need, and the graph is pruned (go.dev/ref/mod#graph-pruning). */
export const explicitIndirectVersion = '1.17';

/** From here on // indirect requirements stand in a block of their own. */
export const separateIndirectVersion = '1.17';

/** From here on tidy keeps the go.mod sums that `go test all` needs. */
export const tidyGoModSumVersion = '1.21';

/** From here on a go line is a minimum: a newer one is an error, and a module's must be at least its dependencies'. */
export const goStrictVersion = '1.21';

/** From here on a vendored package must be listed in modules.txt to be imported. */
export const explicitModulesTxtImportVersion = '1.23';

/** From here on a go.mod may have tool lines. */
export const goModToolVersion = '1.24';

/** From here on a go.mod has at most two require blocks, one of direct and one of indirect requirements. */
export const simplifyRequireVersion = '1.27';
