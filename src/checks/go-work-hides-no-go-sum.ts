/**
 * Claim: every go.sum that a person would take for verified is: in a workspace those of its members are read, and a module beside go.work, or
 * around the working folder, that is no member has a go.sum of its own, which a build without the workspace trusts.
 */
import { shortPath } from '../sourcetree/index.js';
import type { Checkout } from './checkout.js';
import type { ClaimReport, Finding } from './report.js';

const claim = 'go-work-hides-no-go-sum';

/** Nothing outside a workspace. */
export function goWorkHidesNoGoSum({ goWork, goMods, hiddenSums, cwd }: Checkout): ClaimReport[] {
  if (goWork === undefined) return [];
  const message = `${shortPath(goWork, cwd)} does not use its module, so its lines were not looked at: verify it with GOWORK=off, or add it with tsgoget work use`;
  const findings = hiddenSums.map(
    (file): Finding => ({ claim, weight: 'unchecked', message, file: shortPath(file, cwd) }),
  );
  return [{ claim, checked: goMods.length + hiddenSums.length, findings }];
}
