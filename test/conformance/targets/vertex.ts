import { VertexEndpoint, VertexExposure } from 'inferstack/gcp';
import type { ConformanceTarget } from '../conformance-target';
import { gcp } from './gcp';
import { bindInStack, resourcesOf } from './terraform';

export const vertex: ConformanceTarget = {
  platform: 'gcp',
  title: 'VertexEndpoint',
  speaks: ['vertex'],
  demands: {},
  changes: {
    // Machines come in sizes: less than a size more is none.
    'resources.cpuMillis': { 'resources.cpuMillis': 4000 },
    'resources.memoryMiB': { 'resources.memoryMiB': 12_288 },
  },
  limits: ['GCP_MODEL_MEMORY'],
  bind: (plan, exposure = 'default') =>
    bindInStack(
      new VertexEndpoint({
        project: 'credit-risk',
        region: 'europe-west1',
        exposure:
          exposure === 'internet' ? VertexExposure.dedicated() : VertexExposure.privateServiceConnect(),
      }),
      plan,
    ),
  publicExposures: (rendered) => [
    ...resourcesOf(rendered, /^google_vertex_ai_endpoint$/)
      .filter(
        ({ private_service_connect_config: connect }) =>
          connect?.enable_private_service_connect !== true || !connect.enable_secure_private_service_connect,
      )
      .map(({ display_name: name }) => `endpoint ${name}`),
    ...gcp.publicExposures(rendered),
  ],
  broadPermissions: gcp.broadPermissions,
  unavoidable: {},
};
