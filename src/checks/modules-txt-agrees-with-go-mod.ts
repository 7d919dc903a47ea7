/**
 * Claim: vendor/modules.txt says what go.mod or go.work says, as `go build -mod=vendor` checks it (go.dev/ref/mod#vendoring); and,
 * which go leaves unchecked below go 1.17, each vendored module has the version that the build list selects.
 */
import { join } from 'node:path';
import { decodeUtf8 } from '../encoding/utf8.js';
import { keyOf, type ModuleVersion, nameOf } from '../module/index.js';
import { maxGoModBytes } from '../modzip/index.js';
import { isWorkspaceVendor, type ModulesTxt, parseModulesTxt, type Session, vendorProblems } from '../resolve/index.js';
import { shortPath } from '../sourcetree/index.js';
import type { Checkout } from './checkout.js';
import type { ClaimReport, Finding } from './report.js';

const claim = 'modules-txt-agrees-with-go-mod';

/** What vendor/modules.txt says; undefined when there is no such file. Bytes that are not UTF-8 say nothing. */
export async function readModulesTxt({ tree, vendorDir }: Checkout): Promise<ModulesTxt | undefined> {
  const data = await tree.read(join(vendorDir, 'modules.txt'), 'vendor/modules.txt', maxGoModBytes);
  return data === undefined ? undefined : parseModulesTxt(decodeUtf8(data) ?? '');
}

/** `buildList` is that of the session, replaced modules under their own names; without it the versions are not compared. */
export async function modulesTxtAgreesWithGoMod(
  session: Session,
  checkout: Checkout,
  { buildList }: { readonly buildList?: readonly ModuleVersion[] | undefined } = {},
): Promise<ClaimReport> {
  const file = shortPath(join(checkout.vendorDir, 'modules.txt'), checkout.cwd);
  const findings: Finding[] = [];
  const refute = (message: string, m?: ModuleVersion) =>
    findings.push({ claim, weight: 'refuted', message, file, ...(m && { path: m.path, version: m.version }) });
  if (!(await checkout.tree.isDirectory(checkout.vendorDir))) {
    return { claim, checked: 0, findings: [{ claim, weight: 'unchecked', message: 'there is no vendor folder' }] };
  }
  const vendored = await readModulesTxt(checkout);
  if (vendored === undefined) refute('there is a vendor folder without modules.txt');
  const said = vendored ?? parseModulesTxt('');
  if (vendored !== undefined && (await isWorkspaceVendor(checkout.tree, checkout.vendorDir)) !== session.isWorkspace) {
    refute(
      session.isWorkspace
        ? 'In workspace mode, but vendor directory is not for a workspace.'
        : 'Outside workspace mode, but vendor directory is for a workspace.',
    );
  }
  for (const [m, words] of vendorProblems(session, said)) refute(`${nameOf(m)}: ${words}`, m);
  const selected = new Map((buildList ?? []).map((m) => [m.path, m.version]));
  const providing = new Set(said.modules.map(keyOf));
  for (const [key, m] of buildList === undefined
    ? []
    : new Map(said.entries.map(({ module }) => [keyOf(module), module]))) {
    const version = selected.get(m.path);
    if (version === m.version || (!providing.has(key) && (m.version === '' || isNamedByGoMod(session, m)))) continue;
    const what = version === undefined ? 'which is not in the build list' : `but the build list selects ${version}`;
    refute(`vendor/modules.txt lists ${nameOf(m)}, ${what}`, m);
  }
  return { claim, checked: said.meta.size, findings };
}

/** Required or replaced: then it stands in modules.txt though it provides no package. */
const isNamedByGoMod = ({ main }: Session, m: ModuleVersion) =>
  main.replacement(m) !== undefined || main.modules.some(({ index }) => index?.require.has(keyOf(m)));
