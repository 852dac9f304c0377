import { openModelPackage } from '@inferstack/runtime/model';
import { type EndpointPlan, UnsupportedError } from 'inferstack';
import type { ConformanceTarget } from './conformance-target';
import { FIELDS } from './fields';
import { CANDIDATE, changed, endpointPlan } from './plan';
import { targets } from './targets';

/** The whole output; undefined where the platform refuses such a plan, and says so. */
function textOf(target: ConformanceTarget, plan: EndpointPlan): string | undefined {
  try {
    return target.bind(plan).text;
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

// Rolling back is deploying what the program said before: nothing of what was between may be left in it.
describe.each(targets.map((target) => [target.title, target] as const))('%s', (_, target) => {
  const first = endpointPlan(target.demands);
  const before = target.bind(first).text;

  test.each([
    ['the next version', { 'models.0': openModelPackage(CANDIDATE) }],
    ['a candidate beside it', FIELDS['runtime.rollouts']!],
  ])('after %s the version before is what it was, byte for byte', (_, change) => {
    const between = textOf(target, changed(first, change));
    expect(between).not.toBe(before);
    expect(target.bind(first).text).toBe(before);
  });
});
