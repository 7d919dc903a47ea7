/**
 * The data of the template tests. `go-results.jsonl` holds, a line each, a template and what Go 1.26's text/template
 * makes of it over the same data (a struct of this shape in a package modinfo): [template, output] or [template, null, error].
 */
import { GoFloat, GoNil, GoStruct, GoTime, nilTime, type TemplateFunction } from '../../src/template/index.js';

const names =
  'Path Version Versions Replace Time NilTime Update Main Indirect Error NilError Origin NilOrigin Retracted Map Count Ratio List Fn Any NilAny Val'.split(
    ' ',
  );
const dereferenced = 'runtime error: invalid memory address or nil pointer dereference';
const nilModule = new GoNil('modinfo.ModulePublic', {
  fields: names,
  methods: { String: dereferenced, Fail: dereferenced, Add: dereferenced },
});
const nilError = new GoNil('modinfo.ModuleError', { fields: ['Err'] });
const nilOrigin = new GoNil('modinfo.Origin', { fields: ['VCS', 'URL'] });

const origin = (vcs: string, url: string, byValue = false) =>
  new GoStruct(
    'modinfo.Origin',
    [
      ['VCS', vcs],
      ['URL', url],
    ],
    { byValue },
  );

function module(values: Record<string, unknown>): GoStruct {
  const all: Record<string, unknown> = {
    Path: '',
    Version: '',
    Versions: [],
    Replace: nilModule,
    Time: nilTime,
    NilTime: nilTime,
    Update: nilModule,
    Main: false,
    Indirect: false,
    Error: nilError,
    NilError: nilError,
    Origin: nilOrigin,
    NilOrigin: nilOrigin,
    Retracted: [],
    Map: new Map(),
    Count: 0,
    Ratio: new GoFloat(0),
    List: [],
    Fn: undefined,
    Any: null,
    NilAny: null,
    Val: origin('', '', true),
    ...values,
  };
  return new GoStruct(
    'modinfo.ModulePublic',
    names.map((name) => [name, all[name]]),
    {
      methods: {
        String: () => `${all.Path} ${all.Version}`,
        Fail: () => {
          throw new Error('failed on purpose');
        },
        Add: { params: ['int', 'int'], call: (a: number, b: number) => a + b },
      },
    },
  );
}

export const sample = module({
  Path: 'example.com/a',
  Version: 'v1.2.3',
  Versions: ['v1.0.0', 'v1.2.3'],
  Replace: module({ Path: '../b', Time: new GoTime('2019-12-31T23:59:59.123456789-03:30') }),
  Time: new GoTime('2021-03-04T15:06:07.089Z'),
  Main: true,
  Error: new GoStruct('modinfo.ModuleError', [['Err', 'it <broke>']]),
  Origin: origin('git', 'https://x.test/a'),
  Map: new Map([
    ['b', '2'],
    ['a', '1'],
  ]),
  Count: 42,
  Ratio: 1.5,
  List: [origin('hg', 'u')],
  Fn: { params: ['string', 'int'], call: (s: string, n: number) => s.repeat(n) },
  Any: 'text',
  Val: origin('svn', 'v', true),
});

export const functions: Record<string, TemplateFunction> = {
  join: { params: ['[]string', 'string'], call: (list: string[], separator: string) => list.join(separator) },
  context: () => origin('linux', 'amd64'),
  module: { params: ['string'], call: (path: string) => module({ Path: path, Version: 'v9' }) },
};
