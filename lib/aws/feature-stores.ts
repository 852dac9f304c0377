import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, outboundAddresses, outboundUrls } from '../core';
import { featureStorePorts } from './feature-store-ports';
import { isIsolated, type Network } from './network';

/** Says what nobody but the user can open. */
export function warnIfStoresUnreachable(scope: Construct, plan: EndpointPlan, network: Network): void {
  const urls = outboundUrls(plan);
  if (urls.length === 0) return;
  const ports = featureStorePorts(plan);
  if (outboundAddresses(plan).length < urls.length) {
    Annotations.of(scope).addWarningV2(
      'inferstack/aws:featureStoreUnknown',
      'The address of a feature store, or of a server with figures of gates, is known only at deployment: its port is not let out, unless it is 443. Write ' +
        'scheme and port, with the placeholder as the host alone.',
    );
  }
  if (network.options.securityGroups !== undefined && ports.length > 0) {
    Annotations.of(scope).addWarningV2(
      'inferstack/aws:featureStorePorts',
      `The security groups of the tasks are yours: let out TCP ${ports.join(', ')} to the feature stores, or the server with the figures of gates.`,
    );
  }
  if (!isIsolated(network)) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:isolatedFeatureStores',
    'The tasks lie in isolated subnets: their feature stores, or the server with the figures of gates, must be reachable inside the VPC.',
  );
}
