/** What a class means in words: the evidence for it, and what a person does next. Text from outside in it is not cleaned yet. */
import { formatModuleVersion } from '../../module/index.js';
import type { Difference, Evidence } from './evidence.js';
import { baseHash, type MismatchClass } from './mismatch-class.js';
import { hashesOf, type Part, partNames, parts, type Source } from './sources.js';

export interface Advice {
  /** What the class means, in a sentence. */
  readonly summary: string;
  /** What speaks for it, a sentence each. */
  readonly evidence: readonly string[];
  /** What to do, a sentence each. */
  readonly next: readonly string[];
}

/** The class in words for a heading. */
export const classTitles: Record<MismatchClass, string> = {
  'forked-log': 'forked log',
  'bad-log-answer': 'false answer of the checksum database',
  'tampered-mirror': 'tampered mirror',
  'wrong-go-sum': 'tampered or wrong go.sum',
  're-tagged': 're-tagged',
  'stale-mirror': 'stale mirror',
  truncated: 'truncated or damaged in transfer',
  'damaged-cache': 'damaged cache',
  'export-subst': 'export-subst',
  'line-endings': 'line endings',
  unknown: 'unknown',
  'no-mismatch': 'no mismatch',
};

const keepSum = 'Do not delete go.sum and do not set GOSUMDB=off: either would accept what was refused.';

const meanings: Record<MismatchClass, { summary: string; next: (e: Evidence) => readonly string[] }> = {
  'forked-log': {
    summary:
      'The checksum database has signed two histories that contradict each other: it cannot be believed until a person has decided.',
    next: (e) => [`Let nothing depend on it: ${hintOfLog(e)}.`, keepSum],
  },
  'bad-log-answer': {
    summary:
      'What came as the answer of the checksum database is not what its signed log holds for this version, or holds nothing for it.',
    next: () => [
      'Ask by another way, with GOSUMDB="<name or key> <address>": the proxy in between may have changed the answer.',
      keepSum,
    ],
  },
  'tampered-mirror': {
    summary: 'A mirror serves something else than what the checksum database recorded, and nobody else vouches for it.',
    next: (e) => [`Take ${listOf(otherMirrors(e))} out of GOPROXY and tell its operators.`, keepSum],
  },
  'wrong-go-sum': {
    summary: 'The checksum database and the copies agree; the line in the sum file is the one that is wrong.',
    next: ({ module: { path } }) => [
      `Find out who changed the line (git log -p -S'${path}' -- go.sum): someone may have wanted another module to pass.`,
      'When nobody can vouch for it, remove that line alone and run `tsgoget mod download`: the hash of the log takes its place.',
    ],
  },
  're-tagged': {
    summary:
      'The version was moved after it was first seen: what is served now is a valid module, but not the one on record.',
    next: (e) => [
      `Ask the author for a new version number; ${formatModuleVersion(e.module)} is on record as it first was, and stays so.`,
      goodMirrors(e).length > 0 ? `Until then use ${listOf(goodMirrors(e))}, which has the one on record.` : keepSum,
    ],
  },
  'stale-mirror': {
    summary:
      'One entry of GOPROXY serves another module than the others: an old copy or a changed one. Nothing vouches for it.',
    next: (e) => [
      `Ask the operators of ${listOf(otherMirrors(e))} to drop their copy; until then take it out of GOPROXY, or put ${listOf(goodMirrors(e))} before it.`,
      keepSum,
    ],
  },
  truncated: {
    summary: 'A mirror serves a zip that is cut off or damaged.',
    next: (e) => [
      `Ask the operators of ${listOf(otherMirrors(e))} to fetch it again; until then use another entry of GOPROXY.`,
    ],
  },
  'damaged-cache': {
    summary:
      'The copy in the module cache differs from everything else: it was changed or damaged after it was downloaded.',
    next: () => ['Run `tsgoget clean -modcache`, then what you wanted: the module is downloaded and proven again.'],
  },
  'export-subst': {
    summary:
      'Only lines differ that git fills in when it makes an archive ($Format:…$, $Id$, versions): the copies were archived at different times or by different tools.',
    next: () => ['Ask the author to take export-subst out of .gitattributes and to release a new version.', keepSum],
  },
  'line-endings': {
    summary: 'The copies differ in nothing but line endings: one was made by a tool that turned LF into CRLF.',
    next: (e) => [
      `Make the copy again without conversion (git config core.autocrlf false): ${listOf(otherMirrors(e, true))}.`,
      keepSum,
    ],
  },
  unknown: {
    summary: '',
    next: ({ verdict }) => (verdict === 'refuted' ? [keepSum] : ['Ask again when every source answers.']),
  },
  'no-mismatch': {
    summary: 'All sources that were asked have the same.',
    next: () => ['If there was an error before, its source has been put right since: run the command again.'],
  },
};

const unknownSummaries = {
  refuted: 'The sources contradict each other, and the cause is not plain.',
  undecided: 'No contradiction was seen, but too few sources could be asked to say that there is none.',
  agreed: '',
};

/** The words for a judgement. */
export function advise(e: Evidence): Advice {
  const { summary, next } = meanings[e.class];
  const steps = [...next(e), ...secondCopy(e)];
  const failed = e.verdict === 'refuted' && e.sources.some((s) => parts.some((part) => s[part].state === 'failed'));
  return {
    summary: summary === '' ? unknownSummaries[e.verdict] : summary,
    evidence: evidenceOf(e),
    next: failed ? [...steps, 'Some sources could not be asked: ask again when they answer.'] : steps,
  };
}

/** How to get a copy to compare with, where one mirror alone has one. */
function secondCopy({ class: found, verdict, sources, differences, module }: Evidence): string[] {
  if (verdict !== 'refuted' || found === 'forked-log' || found === 'bad-log-answer' || differences.length > 0)
    return [];
  const serving = new Set(
    sources
      .filter((s) => s.kind === 'proxy' && parts.some((p) => ['has', 'broken'].includes(s[p].state)))
      .map((s) => s.name),
  );
  if (serving.size !== 1) return [];
  const [only] = serving;
  return [
    `To see which files differ, a second copy is needed: name another proxy beside this one, GOPROXY="${only},<another>" tsgoget explain-mismatch ${formatModuleVersion(module)}; or compare with a clone of its repository.`,
  ];
}

function hintOfLog({ sources }: Evidence): string {
  const said = sources.find((s) => s.kind === 'log')?.zip;
  return (said?.state === 'refuted' ? said.hint : undefined) ?? 'show the evidence to the operators of the database';
}

const listOf = (names: readonly string[]) => (names.length === 0 ? 'the entry' : names.join(' and '));

function mirrors({ sources }: Evidence, wanted: (source: Source, part: Part) => boolean, anyKind = false): string[] {
  const found = sources.filter((s) => (anyKind || s.kind === 'proxy') && parts.some((part) => wanted(s, part)));
  return [...new Set(found.map((s) => s.name))];
}

const differs =
  ({ sources }: Evidence) =>
  (s: Source, part: Part) =>
    s[part].state === 'broken' || hashesOf(s, part).some((hash) => hash !== baseHash(sources, part));

/** The sources that have something else than the base. */
const otherMirrors = (e: Evidence, anyKind = false) => mirrors(e, differs(e), anyKind);

/** The mirrors that have nothing but the base. */
function goodMirrors(e: Evidence): string[] {
  const others = new Set(otherMirrors(e));
  return mirrors(e, (s, part) => hashesOf(s, part).length > 0).filter((name) => !others.has(name));
}

function evidenceOf(e: Evidence): string[] {
  if (e.verdict !== 'refuted') return [];
  return [
    ...parts.flatMap((part) => groupsOf(e, part)),
    ...e.sources.flatMap((s) => parts.flatMap((part) => faultsOf(s, part))),
    ...e.beginnings.map(
      (b) => `The ${b.bytes} bytes of the zip of ${b.name} are the first of the ${b.wholeBytes} that ${b.of} has.`,
    ),
    ...e.differences.map(describeDifference),
    ...originsOf(e),
  ];
}

/** Who agrees with whom about a file. */
function groupsOf({ sources }: Evidence, part: Part): string[] {
  const groups = new Map<string, Source[]>();
  for (const s of sources) for (const hash of hashesOf(s, part)) groups.set(hash, [...(groups.get(hash) ?? []), s]);
  if (groups.size < 2) return [];
  const base = baseHash(sources, part);
  return [...groups]
    .sort(([a], [b]) => Number(b === base) - Number(a === base))
    .map(([hash, having]) => `${partNames[part]} ${hash}: ${having.map((s) => s.name).join(', ')}.`);
}

function faultsOf(s: Source, part: Part): string[] {
  const said = s[part];
  const about = `The ${partNames[part]} of ${s.name}`;
  if (said.state === 'broken') return [`${about} (${said.bytes} bytes) has no hash: ${said.reason}.`];
  if (said.state === 'refuted') return part === 'zip' ? [`${s.name}: ${said.reason}.`] : [];
  if (said.state === 'has' && said.fault !== undefined) return [`${about} breaks a rule of modules: ${said.fault}.`];
  if (said.state === 'absent' && s.kind === 'log')
    return [`${s.name} has no line for the ${partNames[part]}: ${said.reason}.`];
  return [];
}

const kindWords = {
  'line-endings': 'only in line endings',
  'export-subst': 'only in what git fills in when it makes an archive',
  content: 'in their content',
} as const;

function describeDifference(d: Difference): string {
  const how = `${kindWords[d.kind]}: ${d.baseName} against ${d.otherName}.`;
  if (d.part === 'goMod') return `The go.mod files differ ${how}`;
  return d.count === 1 ? `One file of the zips differs ${how}` : `${d.count} files of the zips differ ${how}`;
}

/** Where mirrors say that they have it from, when they do not all say the same. Nobody proves that. */
function originsOf({ sources }: Evidence): string[] {
  const told = sources.flatMap(({ name, info }) => {
    const { URL, Hash } = info?.origin ?? {};
    const from = URL === undefined ? '' : `from ${URL}${Hash === undefined ? '' : ` at ${Hash}`}`;
    const time = info?.time === undefined ? '' : `of ${info.time}`;
    const text = [from, time].filter((t) => t !== '').join(', ');
    return text === '' ? [] : [{ name, text }];
  });
  const isWorthTelling = new Set(told.map((t) => t.text)).size > 1 || told.some((t) => t.text.startsWith('from'));
  if (!isWorthTelling) return [];
  return told.map((t) => `${t.name} says that its version is ${t.text} (not authenticated).`);
}
