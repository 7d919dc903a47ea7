/**
 * The topics of `help`: what holds for all commands. A topic is a row here.
 */

export interface HelpTopic {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs; lines that begin with a space are kept as they are. */
  readonly text: string;
}

export const helpTopics: readonly HelpTopic[] = [
  {
    name: 'flags',
    summary: 'how flags are written, and the flags of every command',
    text: `Flags are written as the go command's: one dash or two, -name=value or -name value; -name and -name=false for a flag without a value. Flags come before arguments, and -- ends them. GOFLAGS holds flags for every command that has them.

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

Its own: TSGOGET_GO_VERSION (the Go release to follow), TSGOGET_WITNESS_POLICY (a C2SP tlog-policy file: tree heads of the checksum database count only if its witnesses have cosigned them), TSGOGET_WITNESS_MAX_AGE (how old those cosignatures may be, as 24h) and TSGOGET_DEBUG=1 (stacks of errors). HTTPS_PROXY, HTTP_PROXY, NO_PROXY and SSL_CERT_FILE are obeyed.`,
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
