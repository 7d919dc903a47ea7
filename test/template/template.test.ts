import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitCode, TsgogetError } from '../../src/errors.js';
import { GoEnum, GoFloat, GoNil, GoStruct, GoTime, nilTime, parseTemplate } from '../../src/template/index.js';
import { functions, sample } from './sample.js';

type GoResult = [template: string, output: string | null, error?: string];
const goResults = readFileSync(new URL('go-results.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as GoResult);

const run = (text: string, data: unknown = sample) => parseTemplate('main', text, functions).execute(data);
const usage = (message?: unknown) => expect.objectContaining({ code: 'usage', ...(message ? { message } : {}) });

describe('as Go', () => {
  test('every template of go-results.jsonl gives what Go gives', () => {
    expect(goResults.length).toBeGreaterThan(1000);
    const results = goResults.map(([text]): GoResult => {
      try {
        return [text, run(text)];
      } catch (error) {
        expect(error).toEqual(usage());
        return [text, null, (error as Error).message];
      }
    });
    expect(results).toEqual(goResults);
  });
});

describe('data', () => {
  test('plain objects are maps, numbers are int or float64', () => {
    expect(run('{{.}} {{.a}} {{.b}} {{printf "%T %T" .a .b}} {{.c}}', { b: 1.5, a: 1 })).toBe(
      'map[a:1 b:1.5] 1 1.5 int float64 <no value>',
    );
    expect(run('{{.}} {{printf "%T" .}}', 2n ** 63n)).toBe('9223372036854775808 int');
    expect(run('{{printf "%T" .}}', new GoFloat(1))).toBe('float64');
  });

  test('names that every JavaScript object has are nothing special', () => {
    expect(run('{{.constructor}} {{.__proto__}}', {})).toBe('<no value> <no value>');
    expect(run('{{.__proto__}}', new Map([['__proto__', 'x']]))).toBe('x');
    expect(run('{{index . "toString"}}', {})).toBe('');
    for (const name of ['constructor', '__proto__', 'toString', 'fields']) {
      expect(() => run(`{{.${name}}}`)).toThrow(usage(expect.stringContaining("can't evaluate field")));
      expect(() => run(`{{${name}}}`)).toThrow(usage(`template: main:1: function "${name}" not defined`));
    }
  });

  test('a nil pointer knows its type, and perhaps its fields', () => {
    const data = { Replace: new GoNil('modinfo.ModulePublic') };
    expect(run('{{.Replace}}{{with .Replace}}x{{end}}', data)).toBe('<nil>');
    expect(() => run('{{.Replace.Path}}', data)).toThrow(
      usage(
        'template: main:1:10: executing "main" at <.Replace.Path>: nil pointer evaluating *modinfo.ModulePublic.Path',
      ),
    );
  });

  test('an error of a function is told, and remains the cause', () => {
    const refuted = new TsgogetError('checksum-mismatch', 'no match');
    const template = parseTemplate('main', '{{f}}', {
      f: () => {
        throw refuted;
      },
    });
    const error = (() => {
      try {
        return template.execute(undefined);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toEqual(usage('template: main:1:2: executing "main" at <f>: error calling f: no match'));
    expect(exitCode(error)).toBe(3);
  });

  test('functions may be named break and continue, and go before builtins', () => {
    const template = parseTemplate('main', '{{break}}{{len}}{{continue 1}}', {
      break: () => 'b',
      len: () => 'l',
      continue: (x: unknown) => x,
    });
    expect(template.execute(null)).toBe('bl1');
  });

  test('variadic functions, and functions as data', () => {
    const sum = { params: ['int'], variadic: true, call: (...n: number[]) => n.reduce((a, b) => a + b, 0) } as const;
    expect(
      parseTemplate('main', '{{sum}} {{sum 1 2}} {{3 | sum 1}} {{call .f "x"}}', { sum }).execute({
        f: (x: string) => x + x,
      }),
    ).toBe('0 3 4 xx');
    expect(() => parseTemplate('main', '{{sum 1 "a"}}', { sum }).execute(null)).toThrow(usage());
  });

  test('a template can be executed again', () => {
    const template = parseTemplate('main', '{{$x := .}}{{$x}}');
    expect([template.execute(1), template.execute('a')]).toEqual(['1', 'a']);
  });
});

describe('GoTime', () => {
  test('prints and compares', () => {
    const time = new GoTime('2024-02-29T00:00:00+05:30');
    expect(run('{{.}} {{.YearDay}} {{.Weekday}} {{.UTC}}', time)).toBe(
      '2024-02-29 00:00:00 +0530 +0530 60 Thursday 2024-02-28 18:30:00 +0000 UTC',
    );
    expect(run('{{.IsZero}} {{.Year}} {{.Unix}}', new GoTime('0001-01-01T00:00:00Z'))).toBe('true 1 -62135596800');
    expect(run('{{.Nanosecond}} {{.Format ".000000"}}', new GoTime('2024-01-01T00:00:00.1234567891Z'))).toBe(
      '123456789 .123456',
    );
    expect(run('{{.}}{{if .}}x{{end}}', nilTime)).toBe('<nil>');
  });

  test('refuses what is not RFC 3339', () => {
    for (const text of ['', '2024-01-01', '2024-01-01 00:00:00Z', 'now'])
      expect(() => new GoTime(text)).toThrow(expect.objectContaining({ code: 'failed' }));
  });
});

describe('hostile templates', () => {
  const deep = (open: string, close: string, n = 20_000) => open.repeat(n) + close.repeat(n);
  test.each([
    ['parentheses', `{{${deep('(', ')')}}}`],
    ['open parentheses', `{{${'('.repeat(100_000)}`],
    ['blocks', deep('{{if .}}', '{{end}}')],
    ['else chains', `{{if .}}${'{{else if .}}'.repeat(20_000)}{{end}}`],
    ['definitions', deep('{{block "a" .}}', '{{end}}')],
    ['templates that call themselves', '{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}'],
    [
      'templates that call themselves from a depth',
      `{{define "a"}}${deep('{{if .}}', '', 400)}{{template "a" .}}${deep('', '{{end}}', 400)}{{end}}{{template "a" .}}`,
    ],
    ['loops without end', '{{range 1000000000000}}{{end}}'],
    [
      'growth',
      `{{define "a"}}${'{{template "b" .}}'.repeat(9)}{{end}}{{define "b"}}${'{{range 99999}}{{len "x"}}{{end}}'.repeat(99)}{{end}}{{template "a" .}}`,
    ],
    ['strings that double', '{{$x := "xxxxxxxxxxxxxxxx"}}{{range 100}}{{$x = print $x $x}}{{end}}{{$x}}'],
    ['output', '{{range 1000}}{{printf "%1000000d" 1}}{{end}}'],
  ])('%s are bounded', (_name, text) => {
    expect(() => run(text)).toThrow(usage());
  });

  test('long templates take linear time', () => {
    expect(run(`${' '.repeat(300_000)}x{{- ""}}`)).toHaveLength(300_001);
    expect(run(`{{${' '.repeat(300_000)}1}}`)).toBe('1');
    expect(run('{{1}}'.repeat(50_000))).toHaveLength(50_000);
    expect(run(`{{"${'\\n'.repeat(100_000)}"}}`)).toHaveLength(100_000);
    expect(() => run(`{{${'1_'.repeat(50_000)}}}`)).toThrow(usage());
  });

  const fragment = fc.constantFrom(
    ...'{{ }} {{- -}} ( ) | := = , . $ $x .Path .Foo "a" ` \' 1 1.5e3 0x nil true if else end range with define template block break continue printf index call len /* */ \\ \n é'.split(
      ' ',
    ),
    ' ',
  );
  test('property: anything is output or an error of usage', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          expect(typeof run(source)).toBe('string');
        } catch (error) {
          expect(error).toEqual(usage());
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('property: printf never fails', () => {
    const format = fc.stringMatching(/^[%sdvqxXtTcUeEfFgGobO0-9.*+\-# []{0,12}$/);
    const value = fc.oneof(
      fc.string(),
      fc.bigInt(),
      fc.double(),
      fc.boolean(),
      fc.array(fc.string()),
      fc.constantFrom(null, sample, nilTime, new GoEnum('time.Month', 3, 'March'), new GoStruct('t.T', [['A', 1]])),
    );
    fc.assert(
      fc.property(format, value, (f, v) => {
        expect(typeof run('{{printf .f .v}}', { f, v })).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });
});
