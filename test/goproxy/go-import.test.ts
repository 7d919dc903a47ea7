import { describe, expect, test } from 'vitest';
import { matchGoImport, parseGoImports } from '../../src/goproxy/go-import.js';

const parse = (page: string, goVersion = '1.26.8') =>
  parseGoImports(Buffer.from(page), goVersion).map((i) => [i.prefix, i.vcs, i.root, i.subdir].join(' '));
const meta = (content: string) => `<meta name="go-import" content="${content}">`;

describe('the go-import lines of a page', () => {
  const line = 'a.test/x mod https://p.test';
  const found = [`${line} `];
  test.each([
    ['one', meta(line), found],
    ['in a page', `<!DOCTYPE html>\n<html>\n<head><title>x</title>${meta(line)}</head><body></body></html>`, found],
    ['self-closing, other quotes, other order', `<meta content='${line}' name='go-import'/>`, found],
    ['upper-case names', `<META NAME="go-import" CONTENT="${line}">`, found],
    ['an unquoted name', `<meta name=go-import content="${line}">`, found],
    ['space around', `<meta\n name = "go-import"\n\tcontent = "  a.test/x \n mod\thttps://p.test ">`, found],
    [
      'character references',
      meta('a.test/x mod https://p.test/?a=1&amp;b=&#50;&#x33;&nope;'),
      ['a.test/x mod https://p.test/?a=1&b=23&nope; '],
    ],
    ['a subfolder', meta('a.test/x git https://g.test/x sub/dir'), ['a.test/x git https://g.test/x sub/dir']],
    [
      'of an attribute that stands twice, the first',
      `<meta name="go-import" name="x" content="${line}" content="y">`,
      found,
    ],
    [
      'mod wins over the others of its prefix, and comes first',
      `${meta('b.test git https://g.test')}${meta('a.test/x git https://g.test')}${meta(line)}`,
      [...found, 'b.test git https://g.test '],
    ],
    ['too few words', meta('a.test/x mod'), []],
    ['too many words', meta(`${line} sub more`), []],
    ['another name', `<meta name="go-source" content="${line}">`, []],
    ['a name that is not exactly it', `<meta name="Go-Import" content="${line}">`, []],
    ['no content', '<meta name="go-import">', []],
    ['behind the head', `</head>${meta(line)}`, []],
    ['in the body', `<body class="x">${meta(line)}`, []],
    ['in a comment', `<!-- ${meta(line)} -->`, []],
    ['behind a comment', `<!-- > -->${meta(line)}`, found],
    ['in a script', `<script>var x = '${meta(line)}'</script >`, []],
    ['behind a script', `<SCRIPT>if (a<b && "</scriptx>") x()</Script>${meta(line)}`, found],
    ['in a title', `<title>${meta(line)}</title>`, []],
    ['in an attribute', `<meta name="description" content='${meta(line)}'>`, []],
    ['behind a lone <', `1 < 2 <> ${meta(line)}`, found],
    ['a tag that does not end', meta(line).slice(0, -1), []],
    ['a quote that does not end', `<meta name="go-import" content="${line}>`, []],
    ['a comment that does not end', `<!-- ${meta(line)}`, []],
    ['behind a byte-order mark', `\ufeff<?xml version="1.0"?>${meta(line)}`, found],
    ['nothing', '', []],
  ])('%s', (_, page, expected) => {
    expect(parse(page)).toEqual(expected);
  });

  test.each([
    '<',
    '<meta ',
    '<meta a',
    '<meta a=',
    '<meta a="',
    '<!--',
    '<script>',
    '</',
    '<a =',
    '\n',
    '< ',
    '<meta \n',
    '<svg>',
    '<svg></a>',
  ])('A23: a page of %j alone is read in linear time', (piece) => {
    const start = performance.now();
    parse(piece.repeat(400_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('the line about a path', () => {
  const match = (path: string, ...lines: string[]) =>
    matchGoImport(parseGoImports(Buffer.from(lines.map(meta).join('')), '1.26.8'), path);

  test('is that whose prefix begins it, at the end of an element', () => {
    const lines = ['a.test/x git https://1', 'a.test/xy git https://2'];
    expect(match('a.test/x', ...lines).root).toBe('https://1');
    expect(match('a.test/xy/z', ...lines).root).toBe('https://2');
    expect(() => match('a.test/xyz', ...lines)).toThrow(
      'meta tag a.test/x did not match import path a.test/xyz, meta tag a.test/xy did not match import path a.test/xyz',
    );
  });

  test('must be one, but that mod comes before the rest', () => {
    const git = 'a.test git https://1';
    expect(() => match('a.test/x', git, 'a.test/x git https://2')).toThrow(
      'multiple meta tags match import path "a.test/x"',
    );
    expect(match('a.test/x', git, 'a.test/x mod https://2').root).toBe('https://2');
    expect(() => match('a.test/x', 'a.test mod https://1', 'a.test/x mod https://2')).toThrow('multiple meta tags');
  });

  test('the message names a few of those that do not match, not thousands', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `a.test/${i} git https://g`);
    expect(() => match('b.test', ...lines)).toThrow(/^(?:meta tag \S+ did not match import path b\.test(?:, )?){10}$/);
  });
});

test('by go 1.24 a line that names a folder is passed over', () => {
  const page = meta('a.test/x git https://g.test/x sub') + meta('a.test/y git https://g.test/y');
  expect(parse(page, '1.24.13')).toEqual(['a.test/y git https://g.test/y ']);
  expect(parse(page, '1.25.14')).toHaveLength(2);
});
