/** `list -m -f`: a module as the data of a Go template. */
import { TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { formatModule, type ModulePublic, modulePublicFieldsOf } from '../resolve/index.js';
import { GoNil, GoStruct, GoTime, nilTime, parseTemplate } from '../template/index.js';

const nilError = new GoNil('modinfo.ModuleError', { fields: ['Err'] });
const originFields = ['VCS', 'URL', 'Subdir', 'Hash', 'TagPrefix', 'TagSum', 'Ref', 'RepoSum'] as const;
const nilOrigin = new GoNil('codehost.Origin', { fields: originFields });

function toStruct(m: ModulePublic, goVersion: string): GoStruct {
  const fields = modulePublicFieldsOf(goVersion);
  const valueOf = (name: (typeof fields)[number]): unknown => {
    switch (name) {
      case 'Versions':
      case 'Retracted':
        return m[name] ?? [];
      case 'Replace':
      case 'Update':
        return m[name] === undefined ? new GoNil('modinfo.ModulePublic', { fields }) : toStruct(m[name], goVersion);
      case 'Time':
        return m.Time === undefined ? nilTime : new GoTime(m.Time);
      case 'Error':
        return m.Error === undefined ? nilError : new GoStruct('modinfo.ModuleError', [['Err', m.Error.Err]]);
      case 'Origin': {
        const { Origin: origin } = m;
        if (origin === undefined) return nilOrigin;
        return new GoStruct(
          'codehost.Origin',
          originFields.map((field) => [field, origin[field] ?? ''] as const),
        );
      }
      case 'Main':
      case 'Indirect':
      case 'Reuse':
        return m[name] ?? false;
      default:
        return m[name] ?? '';
    }
  };
  return new GoStruct(
    'modinfo.ModulePublic',
    fields.map((name) => [name, valueOf(name)] as const),
    { methods: { String: () => formatModule(m) } },
  );
}

function contextOf(goEnv: GoEnv): GoStruct {
  return new GoStruct('list.Context', [
    ['GOARCH', goEnv.GOARCH],
    ['GOOS', goEnv.GOOS],
    ['GOROOT', goEnv.GOROOT],
    ['GOPATH', goEnv.GOPATH],
    ['CgoEnabled', goEnv.get('CGO_ENABLED') === '1'],
    ['UseAllFiles', false],
    ['Compiler', 'gc'],
    ['BuildTags', []],
    ['ToolTags', []],
    ['ReleaseTags', []],
    ['InstallSuffix', ''],
  ]);
}

/**
 * Parses the template of -f. It and the function that it gives throw 'failed' with Go's words. `find` looks up what the template
 * function `module` asks for: a template cannot wait, so one that asks is executed again when the answer is there.
 */
export function createModuleFormat(
  text: string,
  goEnv: GoEnv,
): (m: ModulePublic, find: (path: string) => Promise<ModulePublic>) => Promise<string> {
  const found = new Map<string, ModulePublic>();
  let wanted: string | undefined;
  const template = inGoWords(() =>
    parseTemplate('main', text, {
      join: { params: ['[]string', 'string'], call: (list: string[], separator: string) => list.join(separator) },
      context: { params: [], call: () => contextOf(goEnv) },
      module: {
        params: ['string'],
        call: (path: string) => {
          const m = found.get(path);
          if (m !== undefined) return toStruct(m, goEnv.goVersion);
          wanted = path;
          throw new Error('not known yet');
        },
      },
    }),
  );
  return async (m, find) => {
    const data = toStruct(m, goEnv.goVersion);
    for (;;) {
      wanted = undefined;
      try {
        return inGoWords(() => template.execute(data));
      } catch (error) {
        if (wanted === undefined) throw error;
        found.set(wanted, await find(wanted));
      }
    }
  };
}

/** To go a bad template is a failure like others, told without its name. */
function inGoWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof TsgogetError && error.code === 'usage'
      ? new TsgogetError('failed', error.message, { bare: true })
      : error;
  }
}
