import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';

/** How a load balancer finds a service of Cloud Run. */
export function createNetworkEndpointGroup(
  scope: Construct,
  { name, project, region }: EndpointContext,
  service: CloudRunV2Service,
): ComputeRegionNetworkEndpointGroup {
  return new ComputeRegionNetworkEndpointGroup(scope, 'NetworkEndpointGroup', {
    ...{ name, project, region },
    networkEndpointType: 'SERVERLESS',
    cloudRun: { service: service.name },
  });
}

/** Without a sample the log is off: the platform refuses to log nothing of everything. */
export function logConfig(sampleRate = 1): { enable: boolean; sampleRate?: number } {
  return sampleRate === 0 ? { enable: false } : { enable: true, sampleRate };
}
