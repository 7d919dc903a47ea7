/** Go files that are not as one expects, each with what the go command makes of its head: go 1.26 was asked. */

export interface OddFile {
  readonly what: string;
  readonly text: string;
  /** Until a fault. */
  readonly imports: readonly string[];
  /** Of a head that is Go throughout; undefined when it is not. */
  readonly wellFormed: readonly string[] | undefined;
  /** The bytes of `text` that belong to the head; undefined: all of them. */
  readonly header?: number;
}

const faulty = undefined;

export const oddFiles: readonly OddFile[] = [
  { what: 'nothing', text: '', imports: [], wellFormed: faulty },
  { what: 'a package clause alone', text: 'package p', imports: [], wellFormed: [] },
  { what: 'a text that is not Go', text: 'hello, world', imports: [], wellFormed: faulty },
  { what: 'a template', text: 'package {{.Name}}\n\nimport "fmt"\n', imports: [], wellFormed: faulty },
  { what: 'a template in a path', text: 'package p\nimport "{{.X}}/y"\n', imports: ['{{.X}}/y'], wellFormed: faulty },
  { what: 'a keyword as a name', text: 'package func\nimport "a"\n', imports: ['a'], wellFormed: faulty },
  { what: 'an underscore as a name', text: 'package _\nimport "a"\n', imports: ['a'], wellFormed: ['a'] },
  { what: 'a keyword in the wrong case', text: 'Package p\nimport "a"\n', imports: [], wellFormed: faulty },
  { what: 'a keyword that goes on', text: 'package p\nimports "a"\n', imports: [], wellFormed: [] },
  {
    what: 'comments everywhere',
    text: '/**/package/**/p/*;*/;import/*"x"*/"a"//\n',
    imports: ['a'],
    wellFormed: ['a'],
  },
  {
    what: 'names',
    text: 'package p;import (. "a";_ "b";ü "c")',
    imports: ['a', 'b', 'c'],
    wellFormed: ['a', 'b', 'c'],
  },
  { what: 'no space', text: 'package p\nimport"a"\nimport(`b`)\n', imports: ['a', 'b'], wellFormed: ['a', 'b'] },
  {
    what: 'one line without semicolons',
    text: 'package p import "a" import "b"',
    imports: ['a', 'b'],
    wellFormed: faulty,
  },
  { what: 'two semicolons', text: 'package p;;import "a"', imports: ['a'], wellFormed: [] },
  { what: 'an empty group', text: 'package p\nimport ()\nimport ( )\n', imports: [], wellFormed: [] },
  { what: 'a group left open', text: 'package p\nimport (\n"a"\n', imports: ['a'], wellFormed: faulty },
  { what: 'a comma in a group', text: 'package p\nimport ("a", "b")\n', imports: ['a'], wellFormed: faulty },
  { what: 'a line between name and path', text: 'package p\nimport x\n"a"\n', imports: ['a'], wellFormed: faulty },
  { what: 'escapes', text: 'package p\nimport "\\x61\\u0062\\143"\n', imports: ['abc'], wellFormed: ['abc'] },
  { what: 'an unknown escape', text: 'package p\nimport "\\q"\nimport "b"\n', imports: ['b'], wellFormed: faulty },
  { what: 'an escaped newline', text: 'package p\nimport "a\\\n"\nimport "b"', imports: ['b'], wellFormed: faulty },
  { what: 'a byte of no character', text: 'package p\nimport "\\xff"', imports: ['\ufffd'], wellFormed: faulty },
  { what: 'bytes of a character', text: 'package p\nimport "\\xc3\\xa9"', imports: ['é'], wellFormed: ['é'] },
  { what: 'a string over lines', text: 'package p\nimport "a\n"\nimport "b"', imports: [], wellFormed: faulty },
  { what: 'a raw string over lines', text: 'package p\nimport `a\r\nb`\n', imports: ['a\nb'], wellFormed: faulty },
  { what: 'a raw string left open', text: 'package p\nimport `a', imports: [], wellFormed: faulty },
  { what: 'an empty path', text: 'package p\nimport ""\n', imports: [''], wellFormed: faulty },
  { what: 'a path with a space', text: 'package p\nimport "a b"\n', imports: ['a b'], wellFormed: faulty },
  { what: 'a number as a path', text: 'package p\nimport 1\n', imports: [], wellFormed: faulty },
  { what: 'a rune as a path', text: "package p\nimport 'a'\n", imports: [], wellFormed: faulty },
  { what: 'a comment left open', text: 'package p\nimport "a"\n/* b', imports: ['a'], wellFormed: faulty },
  { what: 'a slash', text: 'package p\nimport "a"\n/ b\nimport "c"', imports: ['a'], wellFormed: ['a'] },
  { what: 'code that begins with i', text: 'package p\nimport "a"\nif', imports: ['a'], wellFormed: ['a'] },
  { what: 'code', text: 'package p\nimport "a"\nvar x\nimport "c"', imports: ['a'], wellFormed: ['a'], header: 21 },
  {
    what: 'faults below the imports',
    text: 'package p\nimport "a"\nvar "',
    imports: ['a'],
    wellFormed: ['a'],
    header: 21,
  },
  { what: 'CRLF', text: 'package p\r\n\r\nimport (\r\n\t"a"\r\n)\r\n', imports: ['a'], wellFormed: ['a'] },
  { what: 'a form feed', text: 'package p\n\fimport "a"\n', imports: ['a'], wellFormed: faulty },
  { what: 'a vertical tab', text: 'package p\n\vimport "a"\n', imports: [], wellFormed: [], header: 10 },
  { what: 'a byte order mark inside', text: 'package p\n// \ufeff\nimport "a"\n', imports: ['a'], wellFormed: faulty },
  {
    what: 'a //line without a number',
    text: '//line x:y\npackage p\nimport "a"\n',
    imports: ['a'],
    wellFormed: faulty,
  },
  { what: 'a //line with one', text: '//line x:7\npackage p\nimport "a"\n', imports: ['a'], wellFormed: ['a'] },
];
