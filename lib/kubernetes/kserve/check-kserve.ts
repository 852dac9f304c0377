import { DEFAULT_ROLLOUT, type EndpointPlan, refusedRollout } from '../../core';
import type { Checker } from '../checker';
import type { EndpointContext } from '../context';
import { DEPLOYMENT_STRATEGIES, type Refusal } from '../rollout-engine';

/** Longest name with which `-runtime-12345678` still makes a DNS label. */
const MAX_NAME_LENGTH = 63 - '-runtime-12345678'.length;
const MAX_LABEL_LENGTH = 63;

/**
 * What of a rollout KServe cannot do. It ignores `canaryTrafficPercent` where it makes plain Deployments
 * (https://github.com/kserve/kserve/issues/5335); its later list of canaries (0.20) is moved by hand, without gates.
 */
export function refusedByKServe(plan: EndpointPlan): Refusal[] {
  return refusedRollout(plan, { strategies: DEPLOYMENT_STRATEGIES, gates: [] }).map(({ prop, finding }) => ({
    prop,
    finding: {
      ...finding,
      what: `${finding.what}: KServe ignores canaryTrafficPercent outside Knative (kserve/kserve#5335)`,
    },
  }));
}

/** What KServe cannot do, or would refuse when it reconciles. */
export function checkKServe(check: Checker, context: EndpointContext, given: string | undefined): void {
  checkNames(check, context, given);
  checkBake(check, context.plan);
}

function checkNames(check: Checker, { name, namespace }: EndpointContext, given: string | undefined): void {
  const remedy = given === undefined ? 'Set name on the target, or use shorter ids.' : 'Shorten the name.';
  if (name.length > MAX_NAME_LENGTH) {
    check.add('KUBERNETES_NAME', 'target.name', {
      what: 'the name is too long with the suffixes of the resources (up to -runtime-12345678)',
      got: name,
      allowed: `at most ${MAX_NAME_LENGTH} characters`,
      remedy,
    });
  }
  // KServe derives a host name even where no route leads to it, and reconciles nothing when that is not valid.
  const label = `${name}-predictor-${namespace ?? ''}`;
  if (namespace === undefined || label.length <= MAX_LABEL_LENGTH) return;
  check.add('KUBERNETES_NAME', 'target.name', {
    what: 'KServe makes the label <name>-predictor-<namespace> of a host name, which gets too long',
    got: label,
    allowed: `at most ${MAX_LABEL_LENGTH} characters`,
    remedy,
  });
}

/** An InferenceService has no `minReadySeconds`. */
function checkBake(check: Checker, { rollout }: EndpointPlan): void {
  const { bakeSeconds } = DEFAULT_ROLLOUT;
  if (rollout.bakeSeconds === bakeSeconds) return;
  check.unsupported('rollout.bake', {
    what: 'KServe replaces the next replica as soon as a new one is ready',
    got: `${rollout.bakeSeconds} s`,
    allowed: `unset, or ${bakeSeconds} s, which then is not waited for`,
    remedy: 'Leave bake out, or use KubernetesEndpoint, which waits.',
  });
}
