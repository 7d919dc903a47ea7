/**
 * Where tsgoget means to end in another way than the go command: each has a name, its reason, and the words or files that must be as the
 * reason says. After such a step the two are no longer in the same place, and a comparison ends there.
 */

import type { Outcome, Step } from './comparison.js';
import type { Graph } from './graph.js';

interface KnownDifference {
  readonly name: string;
  readonly because: string;
  /** `before`: the files of the main module before the step. */
  explains(step: Step, graph: Graph, before: Outcome['files']): boolean;
}

const exitOf = ({ status }: Outcome) => (status === 3 ? 1 : status);
const refuted = /(\S+)@v[^\s:]+: (?:verifying |checksum )[\s\S]*SECURITY ERROR/;

/** tsgoget refused what the record does contradict, and left the main module as it was. */
function isRefusal({ tsgoget }: Step, { lies, commands }: Graph, before: Outcome['files']): boolean {
  const [, path] = refuted.exec(tsgoget.stderr) ?? [];
  const isForged = commands.some(([word]) => word === 'forge');
  const isTrue = path !== undefined && (isForged || [...(lies?.keys() ?? [])].some((m) => m.startsWith(`${path}@`)));
  return tsgoget.status === 3 && isTrue && sameFiles(tsgoget.files, before, () => false);
}

const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'go passes over a refutation',
    because:
      'it goes on with another candidate, or without what it refused; here a refutation ends the command, and leaves nothing behind',
    explains: (step, graph, before) => step.go.status === 0 && isRefusal(step, graph, before),
  },
  {
    name: 'a refutation is told first',
    because:
      'what contradicts the record is not kept until other things have failed, and nothing else is said beside it',
    explains: (step, graph, before) => step.go.status === 1 && isRefusal(step, graph, before),
  },
  {
    name: 'mod download -json has the refusal in its JSON',
    because: 'go dies at once where go.sum has another hash, and prints nothing of the other modules',
    explains({ args, go, tsgoget }, _, before) {
      if (!/\bdownload .*-json\b/.test(args.join(' ')) || go.status !== 1 || go.stdout !== '') return false;
      const words = JSON.stringify(go.stderr.replace(/^go: /, '')).slice(1, -1);
      return tsgoget.status === 3 && tsgoget.stdout.includes(words) && sameFiles(tsgoget.files, before, () => false);
    },
  },
  {
    name: 'what was not proven has no line in go.sum',
    because:
      'go notes a hash as used before it asks for its proof, and writes it when the command goes on without that module',
    explains({ go, tsgoget }, { lies }) {
      if (exitOf(go) !== exitOf(tsgoget) || go.stdout !== tsgoget.stdout || go.stderr !== tsgoget.stderr) return false;
      const isUnproven = (line: string) => {
        const [path, version = ''] = line.split(' ');
        return lies?.has(`${path}@${version.replace('/go.mod', '')}`) === true;
      };
      return sameFiles(go.files, tsgoget.files, isUnproven);
    },
  },
  {
    name: 'mod edit -json shows the retractions that it adds',
    because: 'go adds them to the lines of the file alone',
    explains({ args, go, tsgoget }) {
      if (!args.some((word) => word.startsWith('-retract=')) || !args.includes('-json')) return false;
      const rest = ({ stdout }: Outcome) => JSON.stringify({ ...JSON.parse(stdout), Retract: undefined });
      return go.status === 0 && tsgoget.status === 0 && rest(go) === rest(tsgoget);
    },
  },
  {
    name: 'a command that fails has looked further ahead',
    because:
      'what packages will need is asked for as soon as they are met, by go only once nothing before it has failed',
    explains({ go, tsgoget }) {
      const isMore = go.progress.every((line) => tsgoget.progress.includes(line));
      const same = exitOf(go) === exitOf(tsgoget) && go.stdout === tsgoget.stdout && go.stderr === tsgoget.stderr;
      return go.status !== 0 && isMore && same && sameFiles(go.files, tsgoget.files, () => false);
    },
  },
  {
    name: 'get in a workspace notes each sum that it looks for',
    because:
      'go wants the sums of the modules that it changed too, but has forgotten those of zips that it fetched for the workspace in the same run; with a full cache it writes them',
    explains({ args, go, tsgoget }) {
      const isGet = args.includes('get') && 'go.work' in go.files;
      if (!isGet || go.status !== 0 || tsgoget.status !== 0 || go.stderr !== tsgoget.stderr) return false;
      const isFetched = (line: string) => {
        const [path, version = ''] = line.split(' ');
        return go.progress.some((said) => said.endsWith(`downloading ${path} ${version}`));
      };
      return sameFiles(tsgoget.files, go.files, isFetched);
    },
  },
  {
    name: 'work sync writes whole go.sum files',
    because:
      'go keeps the go.mod files that it has read while it goes from module to module, and forgets that their lines are not in the next go.sum',
    explains({ args, go, tsgoget }) {
      if (!/\bwork sync\b/.test(args.join(' ')) || go.status !== tsgoget.status || go.stderr !== tsgoget.stderr)
        return false;
      return sameFiles(tsgoget.files, go.files, (line) => line.includes('/go.mod h1:'));
    },
  },
];

/** Reports whether the files are the same, but for lines of go.sum files that `more` has and that may be there. */
function sameFiles(more: Outcome['files'], files: Outcome['files'], may: (line: string) => boolean): boolean {
  return [...new Set([...Object.keys(more), ...Object.keys(files)])].every((name) => {
    const [a = '', b = ''] = [more[name], files[name]];
    if (a === b || !/(?:^|\/)go\.(?:work\.)?sum$/.test(name)) return a === b;
    const had = new Set(b.split('\n'));
    const left = a.split('\n').filter((line) => had.has(line) || !may(line));
    return left.join('\n') === b;
  });
}

/** The name of the difference that is meant; undefined for one that is not. */
export function explainDifference(step: Step, graph: Graph, before: Outcome['files']): string | undefined {
  return knownDifferences.find((known) => known.explains(step, graph, before))?.name;
}
