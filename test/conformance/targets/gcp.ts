import { CloudRunEndpoint, Exposure } from 'inferstack/gcp';
import type { ConformanceTarget } from '../conformance-target';
import { bindInStack, resourcesOf } from './terraform';

const EVERYONE = /^all(Authenticated)?Users$/;

export const gcp: ConformanceTarget = {
  platform: 'gcp',
  title: 'CloudRunEndpoint',
  demands: {},
  changes: {
    'resources.cpuMillis': { 'resources.cpuMillis': 2000 },
    'rollout.timeoutSeconds': { 'rollout.timeoutSeconds': 180 },
  },
  limits: ['GCP_MODEL_MEMORY'],
  bind: (plan, exposure = 'default') =>
    bindInStack(
      new CloudRunEndpoint({
        project: 'credit-risk',
        region: 'europe-west1',
        // Where the platform names revisions, what the runtime alone is told changes nothing else.
        ...(plan.rollout.strategy === 'rolling' ? {} : { release: '1' }),
        exposure:
          exposure === 'internet'
            ? Exposure.internet({ domains: ['credit.example.com'] })
            : Exposure.internal(),
      }),
      plan,
    ),
  publicExposures: (rendered) => [
    ...resourcesOf(rendered, /^google_cloud_run_v2_service$/)
      .filter(({ ingress }) => ingress !== 'INGRESS_TRAFFIC_INTERNAL_ONLY')
      .map(({ name, ingress }) => `service ${name}: ${ingress}`),
    ...resourcesOf(rendered, /_iam_(member|binding)$/)
      .filter(({ member, members }) => [member, members].flat().some((who) => EVERYONE.test(who ?? '')))
      .map(({ role }) => `${role} for everyone`),
    ...resourcesOf(rendered, /^google_compute_global_(forwarding_rule|address)$/).map(
      ({ name }) => `address ${name}`,
    ),
    ...resourcesOf(rendered, /^google_storage_bucket$/)
      .filter((bucket) => bucket.public_access_prevention !== 'enforced')
      .map(({ name }) => `bucket ${name}`),
  ],
  broadPermissions: (rendered) => [
    ...resourcesOf(rendered, /^google_(project|folder|organization)_iam_/).map(
      ({ role }) => `${role} on the project`,
    ),
    ...resourcesOf(rendered, /_iam_(member|binding)$/)
      .filter(({ role }) => /^roles\/(owner|editor|viewer)$|[aA]dmin$/.test(role))
      .map(({ role }) => role),
  ],
  unavoidable: {},
};
