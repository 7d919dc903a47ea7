/** `list -m`: the modules of the build list, and what versions there are. */
import { failed, flatten, isSecurity, TsgogetError } from '../errors.js';
import type { GoEnv } from '../goenv/index.js';
import { hasRule } from '../gover/index.js';
import { formatModule, listModules, ModuleInfos, type ModulePublic, moduleJson, writeBack } from '../resolve/index.js';
import { buildFlags, coverFlags } from './build-flags.js';
import type { Command, CommandContext, Flags, Invocation } from './command.js';
import { goJson } from './json-result.js';
import { modFlag, moduleFlags, traceFlag, withSession } from './module-flags.js';
import { refusal } from './refusal.js';
import { checkReuseFlag, readReuseFlag } from './reuse-flag.js';

/** How a module is printed; `find` is for templates that ask for others. */
type Format = (m: ModulePublic, find: (arg: string) => Promise<ModulePublic>) => string | Promise<string>;

async function chooseFormat({ flags }: Invocation, goEnv: GoEnv): Promise<Format> {
  if (wantsJson(flags)) {
    const fields = jsonFields(flags);
    return (m) => goJson(moduleJson(m, fields), goEnv.goVersion);
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

/** The last -json decides, but the fields of all of them are printed. */
const wantsJson = (flags: Flags) => flags.bool('json');

function jsonFields(flags: Flags): ReadonlySet<string> | undefined {
  const names = flags.values('json').filter((value) => value !== 'true' && value !== 'false');
  return names.length === 0 ? undefined : new Set(names.flatMap((value) => value.split(',')));
}

const onlyForPackages = ['compiled', 'deps', 'export', 'find', 'test'];

/** Refuses what go refuses before it looks at any file; and packages. */
function checkFlags({ flags }: Invocation, context: CommandContext): void {
  const refuse = (words: string) => refusal(context, `list ${words}`);
  if (flags.text('f') && wantsJson(flags)) throw refuse('-f cannot be used with -json');
  if (flags.bool('m')) return;
  if (flags.text('reuse')) throw refuse('-reuse cannot be used without -m');
  if (flags.bool('u')) throw refuse('-u can only be used with -m');
  if (flags.bool('versions')) throw refuse('-versions can only be used with -m');
  throw new TsgogetError('unsupported', 'packages are not listed here: that needs a Go toolchain', {
    hint: 'use `list -m` to list modules',
  });
}

/** A vendor folder does not say what else there is. */
function checkVendoring({ flags, args }: Invocation): void {
  const cannot = (what: string) =>
    failed(`can't ${what} using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)`);
  if (flags.bool('versions')) throw cannot('determine available versions');
  if (flags.bool('u')) throw cannot('determine available upgrades');
  if (args.includes('all')) throw cannot("compute 'all'");
  if (args.some((arg) => arg.includes('...'))) throw cannot('match module patterns');
}

async function run(invocation: Invocation, context: CommandContext) {
  const { flags, args } = invocation;
  if (args.includes('') && hasRule(context.goEnv.goVersion, 'list-empty-argument')) throw failed('invalid package: ""');
  checkFlags(invocation, context);
  const format = await chooseFormat(invocation, context.goEnv);
  const refuse = (words: string) => refusal(context, `list ${words}`);
  const refuseOff = () =>
    flags.bool('retracted')
      ? refuse('-retracted can only be used in module-aware mode')
      : failed('list -m cannot be used with GO111MODULE=off');
  const isOff = context.goEnv.GO111MODULE === 'off';
  if (isOff && flags.bool('retracted')) throw refuseOff();
  if (flags.text('mod') === 'vendor' && flags.bool('retracted')) {
    throw refuse('-retracted cannot be used when vendoring is enabled');
  }
  const unfit = onlyForPackages.find((name) => flags.bool(name));
  if (unfit !== undefined) throw refuse(`-${unfit} cannot be used with -m`);
  if (isOff) throw refuseOff();
  return withSession(list, [invocation, context], {}, async ({ session, requirements }) => {
    if (context.goEnv.GO111MODULE === 'auto' && !session.hasModRoot) throw refuseOff();
    checkReuseFlag('list', flags, session, context);
    if (session.usesVendor) checkVendoring(invocation);
    if (flags.text('reuse') && args.length === 0) {
      throw failed('list -m -reuse only has an effect with module@version arguments');
    }
    const options = { updates: flags.bool('u'), versions: flags.bool('versions'), retracted: flags.bool('retracted') };
    const listed = await readReuseFlag(flags, context).then(
      (reuse) => listModules(requirements, args, { ...options, reuse }),
      (error: unknown) => {
        return { modules: [], requirements, error, infos: new ModuleInfos(requirements, options) };
      },
    );
    const { infos } = listed;
    const errors: unknown[] = [];
    if (listed.error === undefined) {
      if (!flags.bool('u')) await writeBack(listed).catch((error) => errors.push(...flatten(error)));
    } else {
      errors.push(...flatten(listed.error));
    }
    if (!flags.bool('e')) {
      errors.unshift(
        ...listed.modules.flatMap((m) => (m.Error === undefined ? [] : [infos.failures.get(m) ?? failed(m.Error.Err)])),
      );
      if (errors.length > 0) return { errors };
    }
    // as go does: a line's end only where the output has none
    let stdout = '';
    for (const m of listed.modules) {
      stdout += await format(m, (arg) => infos.ofArgument(arg));
      if (stdout !== '' && !stdout.endsWith('\n')) stdout += '\n';
    }
    // -e makes fields of errors, but not of a refutation alone
    const refuted = [...infos.failures.values(), ...errors].filter(isSecurity);
    return { stdout, stdoutKind: wantsJson(flags) ? 'json' : 'text', errors: refuted } as const;
  });
}

export const list: Command = {
  name: 'list',
  usage: '-m [-u] [-versions] [-retracted] [-e] [-f format] [-json] [modules]',
  goUsage: '[-f format] [-json] [-m] [list flags] [build flags] [packages]',
  summary: 'list modules',
  details: `Lists the named modules, one a line: the main module when none is named, the build list for "all", the modules of the build list that match a pattern with "...", or path@query for any version.

-json prints an object for each module, -json=Path,Version only these fields. -f formats with a Go template over the same fields.
-versions lists the known versions, -u adds available updates, retractions and deprecations, -retracted lists and allows retracted versions. With -e errors are fields of the modules instead of failures.`,
  examples: ['list -m all', 'list -m -json all', 'list -m -versions example.com/mod'],
  difference: 'Only modules are listed: -m is needed.',
  flags: [
    { name: 'm', help: 'list modules' },
    { name: 'u', help: 'add available updates' },
    { name: 'versions', help: 'list the known versions' },
    { name: 'retracted', help: 'show and allow retracted versions' },
    { name: 'e', help: 'report errors as fields' },
    { name: 'f', value: 'format', help: 'print with a Go template' },
    { name: 'json', value: 'fields', optionalValue: true, help: 'print JSON objects, with all or these fields' },
    { name: 'reuse', value: 'file', help: 'a file with the -json of an earlier run, for path@query arguments' },
    ...onlyForPackages.map((name) => ({ name, help: 'not with -m', hidden: true })),
    modFlag,
    traceFlag,
    ...moduleFlags,
    ...buildFlags,
    ...coverFlags,
  ],
  rights: { mod: 'vendor', addsGoLine: true, announcesDownloads: true },
  run,
};
