import { KServeEndpoint, KServeExposure } from 'inferstack/kubernetes';
import type { ConformanceTarget } from '../conformance-target';
import { bindInChart, named, roles } from './manifests';

const VISIBILITY = 'networking.kserve.io/visibility';

export const kserve: ConformanceTarget = {
  platform: 'kubernetes',
  title: 'KServeEndpoint',
  demands: {},
  changes: {},
  limits: [],
  speaks: ['kserve-v1'],
  bind: (plan, exposure = 'default') =>
    bindInChart(new KServeEndpoint(exposure === 'internet' ? { exposure: ingress() } : {}), plan),
  // KServe makes routes from outside unless the InferenceService says otherwise.
  publicExposures: (rendered) =>
    named(
      rendered,
      ({ kind, metadata: { labels } }) =>
        kind === 'InferenceService' && labels?.[VISIBILITY] !== 'cluster-local',
    ),
  broadPermissions: roles,
  unavoidable: {},
};

const ingress = () => KServeExposure.ingress({ proxies: { namespace: 'kserve' }, encryption: 'ingress' });
