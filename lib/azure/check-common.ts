import { DEFAULT_ROLLOUT, type EndpointPlan, isUnresolved } from '../core';
import { checkAlertWindows } from './alert-windows';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import { type Calculated, checkKnown } from './check-known';
import { checkPlace } from './check-place';
import type { Checker } from './checker';
import { checkImage } from './registry';
import { checkLogRetention } from './workspace';

/** Names that a service of Azure takes. */
export interface NameRule {
  /** `a container app` */
  readonly of: string;
  readonly pattern: RegExp;
  readonly allowed: string;
}

/**
 * Of container apps and jobs.
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapp
 */
export const CONTAINER_APP_NAMES: Omit<NameRule, 'of'> = {
  pattern: /^(?!.*--)(?=.{2,32}$)[a-z][a-z0-9-]*[a-z0-9]$/,
  allowed: 'a letter, then letters, digits and single dashes, 2 to 32 characters, lower-case',
};

interface CommonChecks {
  readonly names: NameRule;
  /** Numbers that this service calculates with besides. @default - none */
  readonly calculated?: Calculated | undefined;
}

/** What can be wrong with every endpoint on Azure, whatever it runs on. */
export function checkCommon(
  check: Checker,
  plan: EndpointPlan,
  options: AzureEndpointOptions & { readonly name?: string },
  { names, calculated }: CommonChecks,
): void {
  checkKnown(check, plan, calculated);
  checkName(check, options.name ?? plan.name, options.name !== undefined, names);
  checkPlace(check, options);
  checkAlertWindows(check, plan);
  checkLogRetention(check, plan, options.workspace);
  checkImage(check, plan, options.registry);
  check.addressRanges('target.modelStorage.allowFrom', options.modelStorage?.allowFrom);
}

export function checkName(
  check: Checker,
  name: string,
  given: boolean,
  { of, pattern, allowed }: NameRule,
): void {
  if (isUnresolved(name) || pattern.test(name)) return;
  check.add('AZURE_NAME', 'target.name', {
    what: `the name is not usable for ${of}`,
    got: name,
    allowed,
    remedy: given ? 'Correct the name.' : 'Set name on the target, or use shorter ids.',
  });
}

/** Refuses a bake where nothing is watched after the old version is gone. */
export function checkNoBake(check: Checker, { rollout }: EndpointPlan, what: string): void {
  const { bakeSeconds } = rollout;
  if (bakeSeconds === 0 || bakeSeconds === DEFAULT_ROLLOUT.bakeSeconds) return;
  check.unsupported('rollout.bake', {
    what,
    got: isUnresolved(bakeSeconds) ? 'a token' : `${bakeSeconds} s`,
    allowed: 'not set, or 0',
    remedy: 'Leave bake out: alerts tell whoever is on call, see the README for going back.',
  });
}
