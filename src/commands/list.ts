/** `list -m`: the modules of the build list, and what versions there are. */
import { flatten, TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { formatGoJson } from '../gojson/index.js';
import { formatModule, listModules, type ModulePublic, moduleJson, writeBack } from '../resolve/index.js';
import type { Command, CommandContext, Invocation } from './command.js';
import { modFlag, moduleFlags, traceFlag, withSession } from './module-flags.js';

const fail = (message: string) => new TsgogetError('failed', message);

/** How each module is printed. */
async function chooseFormat({ flags }: Invocation, goEnv: GoEnv): Promise<(m: ModulePublic) => string> {
  if (flags.bool('json')) {
    const names = flags.text('json');
    const fields = names === undefined ? undefined : new Set(names.split(','));
    return (m) => `${formatGoJson(moduleJson(m, fields), { indent: '\t' })}\n`;
  }
  const format = flags.text('f');
  if (format !== undefined && format !== '') {
    const { createModuleFormat } = await import('./module-template.js');
    return createModuleFormat(format, goEnv);
  }
  if (flags.bool('versions')) {
    return (m) => `${[m.Path, ...(m.Versions ?? [])].join(' ')}${m.Deprecated ? ' (deprecated)' : ''}\n`;
  }
  return (m) => `${formatModule(m)}\n`;
}

function checkFlags({ flags, args }: Invocation): void {
  if (flags.has('f') && flags.bool('json')) throw fail('list -f cannot be used with -json');
  if (!flags.bool('m')) {
    throw new TsgogetError('unsupported', 'listing packages is not supported yet', {
      hint: 'use `list -m` to list modules',
    });
  }
  for (const name of ['compiled', 'deps', 'export', 'find', 'test']) {
    if (flags.bool(name)) throw fail(`list -${name} cannot be used with -m`);
  }
  if (flags.text('reuse') !== undefined) {
    if (args.length === 0) throw fail('list -m -reuse only has an effect with module@version arguments');
    throw new TsgogetError('unsupported', '-reuse is not supported yet', { hint: 'leave the flag out' });
  }
}

/** A vendor folder does not say what else there is. */
function checkVendoring({ flags, args }: Invocation): void {
  const cannot = (what: string) =>
    fail(`can't ${what} using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)`);
  if (flags.bool('retracted')) throw fail('list -retracted cannot be used when vendoring is enabled');
  if (flags.bool('versions')) throw cannot('determine available versions');
  if (flags.bool('u')) throw cannot('determine available upgrades');
  if (args.includes('all')) throw cannot("compute 'all'");
  if (args.some((arg) => arg.includes('...'))) throw cannot('match module patterns');
}

async function run(invocation: Invocation, context: CommandContext) {
  const { flags, args } = invocation;
  checkFlags(invocation);
  if (context.goEnv.GO111MODULE === 'off') throw fail('list -m cannot be used with GO111MODULE=off');
  const format = await chooseFormat(invocation, context.goEnv);
  return withSession('list', invocation, context, {}, async ({ session }) => {
    if (session.buildMod === 'vendor') checkVendoring(invocation);
    const listed = await listModules(session, args, {
      updates: flags.bool('u'),
      versions: flags.bool('versions'),
      retracted: flags.bool('retracted'),
    });
    const errors: unknown[] = [];
    if (listed.error === undefined) {
      session.requirements = listed.requirements;
      if (!flags.bool('u')) await writeBack(session).catch((error) => errors.push(...flatten(error)));
    } else {
      errors.push(...flatten(listed.error));
    }
    if (!flags.bool('e')) {
      errors.unshift(
        ...listed.modules.flatMap((m) => (m.Error === undefined ? [] : [listed.failures.get(m) ?? fail(m.Error.Err)])),
      );
      if (errors.length > 0) return { errors };
    }
    // as go does: a line's end only where the output has none
    let stdout = '';
    for (const m of listed.modules) {
      stdout += format(m);
      if (!stdout.endsWith('\n')) stdout += '\n';
    }
    return { stdout, stdoutKind: flags.bool('json') ? 'json' : 'text' } as const;
  });
}

export const list: Command = {
  name: 'list',
  usage: '-m [-u] [-versions] [-retracted] [-e] [-f format] [-json] [modules]',
  summary: 'list modules',
  details: `Lists the named modules, one a line: the main module when none is named, the build list for "all", the modules of the build list that match a pattern with "...", or path@query for any version.

-json prints an object for each module, -json=Path,Version only these fields. -f formats with a Go template over the same fields.
-versions lists the known versions, -u adds available updates, retractions and deprecations, -retracted lists and allows retracted versions. With -e errors are fields of the modules instead of failures.`,
  examples: ['list -m all', 'list -m -json all', 'list -m -versions example.com/mod'],
  difference: 'Only modules are listed: -m is needed. -reuse is not supported yet.',
  flags: [
    { name: 'm', help: 'list modules' },
    { name: 'u', help: 'add available updates' },
    { name: 'versions', help: 'list the known versions' },
    { name: 'retracted', help: 'show and allow retracted versions' },
    { name: 'e', help: 'report errors as fields' },
    { name: 'f', value: 'format', help: 'print with a Go template' },
    { name: 'json', value: 'fields', optionalValue: true, help: 'print JSON objects, with all or these fields' },
    { name: 'reuse', value: 'file', help: 'not supported yet' },
    ...['compiled', 'deps', 'export', 'find', 'test'].map((name) => ({ name, help: 'not with -m', hidden: true })),
    modFlag,
    traceFlag,
    ...moduleFlags,
  ],
  run,
};
