/**
 * The topics of `help`: what holds for all commands. A topic is a row here.
 */

/** Topics of go that are a part of one here. */
export const partOf: Readonly<Record<string, string>> = {
  packages: 'modules',
  'module-get': 'modules',
  'module-private': 'private',
  goauth: 'private',
  vcs: 'goproxy',
};

export interface HelpTopic {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs; lines that begin with a space are kept as they are. */
  readonly text: string | (() => Promise<string>);
}

export const helpTopics: readonly HelpTopic[] = [
  {
    name: 'flags',
    summary: 'how flags are written, and the flags of every command',
    text: `Flags are written as the go command's: one dash or two, -name=value or -name value; -name and -name=false for a flag without a value. The flags of the commands that go has come before arguments, as there; those of tsgoget's own (resolve, verify, explain-mismatch, proof, sumdb) may stand anywhere. -- ends them. GOFLAGS holds flags for every command that has them.

  -C dir         change to dir first; must be the first flag
  -h, -help      explain the command
  -color         colour, also where there is no terminal (-no-color: never)
  -progress      progress on stderr, also where there is no terminal
                 (-no-progress: never)

Without -color, NO_COLOR turns colour off and FORCE_COLOR turns it on, in this order; else a terminal has colour and a pipe has none.`,
  },
  {
    name: 'environment',
    summary: 'the settings that are read',
    text: `The settings are the go command's, with its names, defaults and file: see the env command.

  GOPROXY        where modules are fetched, in order; 'off' for nowhere
  GOSUMDB        the checksum database that answers are checked against
  GOPRIVATE      modules that no public server is asked about
                 (GONOPROXY and GONOSUMDB for either alone)
  GOINSECURE     modules that may be fetched over plain HTTP
  GOAUTH, NETRC  credentials
  GOMODCACHE     the module cache, shared with the go command
  GOFLAGS        flags for every command that has them
  GOWORK         the workspace file, or 'off'
  GOTOOLCHAIN    whether a newer Go release may be followed

Its own: TSGOGET_GO_VERSION (the Go release to follow: see releases), TSGOGET_WITNESS_POLICY (a C2SP tlog-policy file: tree heads of the checksum database count only if its witnesses have cosigned them), TSGOGET_WITNESS_MAX_AGE (how old those cosignatures may be, as 24h) and TSGOGET_DEBUG=1 (stacks of errors). HTTPS_PROXY, HTTP_PROXY, NO_PROXY and SSL_CERT_FILE are obeyed.`,
  },
  {
    name: 'modules',
    summary: 'main module, build list, and which command does what',
    text: `A module is a tree of packages that is versioned together; its go.mod file names it and says what it requires. The main module is the one whose go.mod is in this folder or in the nearest one above it; with a go.work file there are several.

A package is named by its import path or by its folder (./dir); "..." stands for any string, so ./... is every package below this folder. all is the main module's packages with all that they import, or, with list -m, the build list.

The build list is one version of each module that is needed: of all that ask for a module, the newest that any of them asks for wins (minimal version selection). Nothing newer is taken unless somebody asks.

  mod init       makes a go.mod
  get            adds, upgrades, downgrades and removes requirements
  mod tidy       makes go.mod and go.sum match the source code
  mod download   fetches what is required, for work without a network
  list -m all    prints the build list
  mod graph      prints who requires what
  mod why        says which import needs a package or a module
  mod vendor     copies the packages that are needed into ./vendor
  mod union-sums merges a go.sum that is in conflict, and proves it
  verify         proves what a checkout relies on

A version is named outright (v1.2.3) or by a query: a prefix (v1, v1.2), latest, upgrade, patch, a comparison (<v1.2.3, >=v1.2.0), a branch, a tag or a commit; none takes the module out.

Commands change go.mod only where that is their task. -mod=readonly (the default of the others) makes a needed change an error, -mod=mod makes it, and -mod=vendor uses the vendor folder, which is the default where there is one and go.mod says go 1.14 or later.

What go.sum records is compared with what is fetched; what it does not record is proven by the checksum database first (see private). GO111MODULE=off turns modules off in go: here that is an error of every command that needs one.`,
  },
  {
    name: 'go.mod',
    summary: 'the lines of a go.mod file',
    text: `One directive a line, or several in a block with parentheses. Comments begin with // and are kept.

  module path             the module's path: the beginning of the import paths
                          of its packages. "// Deprecated: why" above it tells
                          its users.
  go 1.26                 the Go release that it is written for, and the oldest
                          that may use it
  toolchain go1.26.8      the release to work on it with
  require path v1.2.3     the oldest version of another module that will do;
                          "// indirect" if no package of this one imports it
  exclude path v1.2.3     a version that does not exist for the main module
  replace path => other   another module, with a version, or a folder, in place
                          of all versions, or of one (path v1.2.3 => ...)
  retract v1.2.3          a version of this module that should not be used, or
                          [v1.2.0, v1.2.9]; the comment says why
  tool path               a package that is a tool of this module
  ignore ./dir            a folder that patterns such as ./... pass by
  godebug key=value       a setting of the main module's programs

exclude, replace, ignore and godebug count in the main module only. mod edit changes them from scripts; get and mod tidy keep the requirements. A go.work file has go, toolchain, godebug, replace, and use ./dir for each of its modules: work init, work use, work edit.`,
  },
  {
    name: 'goproxy',
    summary: 'where modules are fetched: GOPROXY and the protocol',
    text: `GOPROXY is a list of module proxies, asked in turn for each module. After a comma the next is asked only if one has not got the module (404 or 410), after a bar (|) also if it fails in any other way. What contradicts go.sum or the checksum database is never passed over.

  https://host/path   a proxy (http:// too, if you say so)
  file:///dir         a folder that holds what a proxy would serve: the
                      folder cache/download of a module cache is one
  direct              the module's own repository
  off                 nothing is fetched

A proxy answers GET requests below its URL, with upper-case letters written as an exclamation mark and the lower-case letter:

  path/@v/list          versions, one a line
  path/@latest          the newest version, where the list is empty
  path/@v/version.info  {"Version": ..., "Time": ...}; also for branches
  path/@v/version.mod   the go.mod file
  path/@v/version.zip   the module

GOVCS says which version control systems a module's own repository may use, as public:git|hg,private:all; here a module that only a repository has cannot be fetched.

GONOPROXY names modules that are not asked of any proxy, GOINSECURE those that may be fetched directly without TLS.`,
  },
  {
    name: 'module-auth',
    summary: 'how downloads are proven: go.sum and the checksum database',
    text: `Each go.mod and each zip is hashed when it arrives, before it is used or kept. If go.sum has a line for it, the hashes must agree. If not, the checksum database (GOSUMDB) is asked: a log that all the world can read, so that nobody is given another module than everybody else. Its answer is proven to be in the log, and the log to be the same that was seen before.

A hash that contradicts either ends the command with exit code 3; an outage never does. GOSUMDB=off, GONOSUMDB and GOPRIVATE leave modules unproven the first time that they are seen; the -insecure ways of older Go releases do not exist.

verify proves every line of go.sum, explain-mismatch says why hashes differ, and the sumdb commands look at the log itself.`,
  },
  {
    name: 'private',
    summary: 'modules that public servers must not hear of',
    text: `GOPRIVATE is a list of patterns, separated by commas, of module paths: *.corp.example.com,example.com/secret matches every module whose path begins so; * and ? do not match a slash. Modules that match are asked of no proxy and of no checksum database. GONOPROXY and GONOSUMDB set either alone, and win over GOPRIVATE; "none" matches nothing.

  env -w GOPRIVATE=*.corp.example.com

With a private proxy that serves these modules, put it in GOPROXY and set GONOPROXY=none: then only the checksum database is left out. Its credentials come from a netrc file (NETRC says where; ~/.netrc otherwise) and are sent over TLS only; GOAUTH=off keeps them from being sent. GOAUTH may also name commands that say which headers to send where, as go's do.`,
  },
  {
    name: 'gopath',
    summary: 'where the module cache is',
    text: `GOPATH is a list of folders; its first, ~/go if none is set, holds the module cache (pkg/mod, or GOMODCACHE) and what is known of checksum databases (pkg/sumdb). Both are the go command's own: the two programs share them, under the same locks, and trust nothing in them that is not proven.

Extracted modules are read-only; -modcacherw leaves them writable. clean -modcache removes the module cache.

Building packages in GOPATH, as before modules, is not done here.`,
  },
  {
    name: 'releases',
    summary: 'which Go release is followed, and what each changed',
    text: async () => (await import('./help-releases.js')).helpReleases(),
  },
  {
    name: 'exit-codes',
    summary: 'what the exit code says',
    text: `  0    done
  1    it failed, or could not be verified: an outage, a missing module
  2    the command line is wrong
  3    refuted: a hash, a signature or a proof contradicts the data
  130  interrupted (129, 143: by another signal)
  141  nobody read the output to its end

An outage is never 3, and an attack is never 0 or 1. With several errors the most serious decides.`,
  },
];
