/**
 * The go-import lines of a web page: `<meta name="go-import" content="prefix vcs root">` says where the modules below a
 * prefix come from (go.dev/ref/mod#vcs-find). A small scanner of tags, not an HTML parser: one pass, in linear time, as
 * far as the body begins. Text of scripts, styles and comments is passed over: what stands there is no tag.
 */

import { goFields } from '../encoding/go-space.js';
import { quoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { hasRule } from '../gover/index.js';

export interface GoImport {
  /** The module or repository path that the line is about. */
  readonly prefix: string;
  /** 'mod', or the name of a version control system. */
  readonly vcs: string;
  /** Where the repository, or the module proxy, is. */
  readonly root: string;
  /** The folder of the repository; '' for its root. */
  readonly subdir: string;
}

/** The lines of a page: those of `mod` first, and of the others only those whose prefix has no `mod` line. */
export function parseGoImports(page: Uint8Array, goVersion: string): GoImport[] {
  const most = hasRule(goVersion, 'go-import-subdir') ? 4 : 3;
  const imports: GoImport[] = [];
  for (const attributes of metaTags(new TextDecoder().decode(page))) {
    if (attributes.get('name') !== 'go-import') continue;
    const fields = goFields(attributes.get('content') ?? '');
    const [prefix, vcs, root, subdir = ''] = fields;
    if (prefix === undefined || vcs === undefined || root === undefined || fields.length > most) continue;
    imports.push({ prefix, vcs, root, subdir });
  }
  const proxied = imports.filter(({ vcs }) => vcs === 'mod');
  const prefixes = new Set(proxied.map(({ prefix }) => prefix));
  return [...proxied, ...imports.filter(({ vcs, prefix }) => vcs !== 'mod' && !prefixes.has(prefix))];
}

/** No line of a page is about the path. */
export class ImportMismatchError extends TsgogetError {}

const shownMismatches = 10;

/** The one line that is about `path`. Throws ImportMismatchError, and 'ambiguous' when there are several. */
export function matchGoImport(imports: readonly GoImport[], path: string): GoImport {
  const isAbout = ({ prefix }: GoImport) => path === prefix || path.startsWith(`${prefix}/`);
  const matches = imports.filter(isAbout);
  const [first, second] = matches;
  if (first === undefined) {
    const others = imports.slice(0, shownMismatches);
    const words = others.map(({ prefix }) => `meta tag ${prefix} did not match import path ${path}`);
    throw new ImportMismatchError('not-found', words.join(', '));
  }
  if (second !== undefined && (first.vcs !== 'mod' || second.vcs === 'mod')) {
    throw new TsgogetError('ambiguous', `multiple meta tags match import path ${quoteGo(path)}`);
  }
  return first;
}

const rawText = new Set(['script', 'style', 'title', 'textarea']);

/** The attributes of the meta tags before the body, by lower-case name; of one that stands twice, the first. */
function* metaTags(text: string): Generator<ReadonlyMap<string, string>> {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) {
      at = after(text, '-->', at + 4);
    } else if (text[at + 1] === '!' || text[at + 1] === '?') {
      at = after(text, '>', at);
    } else {
      const tag = readTag(text, at);
      if (tag === undefined) {
        at++; // a lone `<`
        continue;
      }
      if (tag.name === 'body' || tag.name === '/head' || tag.end < 0) return;
      if (tag.name === 'meta') yield tag.attributes;
      at = rawText.has(tag.name) ? endOfRawText(text, tag.name, tag.end) : tag.end;
    }
    if (at < 0) return;
  }
}

/** The place behind the next `mark`; -1 when there is none. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? -1 : found + mark.length;
}

function endOfRawText(text: string, name: string, from: number): number {
  const close = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  close.lastIndex = from;
  return close.exec(text)?.index ?? -1;
}

interface Tag {
  /** In lower case; that of an end tag begins with a slash. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The place behind the tag; -1 when the text ends before it does. */
  readonly end: number;
}

/** The tag that begins at `start`; undefined when none does. */
function readTag(text: string, start: number): Tag | undefined {
  let at = start + 1;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const name = take(/\/?[A-Za-z][^\s/>]*/y).toLowerCase();
  if (name === '') return undefined;
  const attributes = new Map<string, string>();
  const tag = (end: number): Tag => ({ name, attributes, end });
  for (;;) {
    take(/[\s/]+/y);
    if (at >= text.length) return tag(-1);
    if (text[at] === '>') return tag(at + 1);
    const key = take(/=?[^\s=/>]*/y).toLowerCase();
    if (take(/\s*=\s*/y) === '') continue;
    const quote = text[at];
    let value: string;
    if (quote === '"' || quote === "'") {
      const close = text.indexOf(quote, at + 1);
      if (close < 0) return tag(-1);
      value = text.slice(at + 1, close);
      at = close + 1;
    } else {
      value = take(/[^\s>]*/y);
    }
    if (!attributes.has(key)) attributes.set(key, decodeReferences(value));
  }
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves the character references of XML and the numeric ones; others stay as they are. */
function decodeReferences(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6}));/g, (all, name, decimal, hex) => {
    if (name !== undefined) return named[name]!;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
