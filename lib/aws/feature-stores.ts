import { type ContainerDefinition, Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  type AwsSecretPlace,
  type EndpointPlan,
  outboundAddresses,
  outboundUrls,
  placedSecrets,
  secretVariable,
} from '../core';
import { featureStorePorts } from './feature-store-ports';
import { isIsolated, type Network } from './network';

/**
 * Gives the runtime the keys of its feature stores. ECS reads them when a task starts; the execution role may read these
 * secrets and no others.
 */
export function addFeatureSecrets(
  scope: Construct,
  container: ContainerDefinition,
  plan: EndpointPlan,
): void {
  const secrets = placedSecrets(plan, 'aws');
  if (secrets.length === 0) return;
  const group = new Construct(scope, 'FeatureSecrets');
  for (const { name, place } of secrets) {
    const secret = ContainerSecret.fromSecretsManager(existingSecret(group, name, place), place.jsonField);
    container.addSecret(secretVariable(name), secret);
  }
}

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
    'The tasks lie in isolated subnets: their feature stores, or the server with the figures of gates, must be reachable inside the VPC, and credentials in ' +
      'Secrets Manager need its interface endpoint (secretsmanager).',
  );
}

function existingSecret(scope: Construct, name: string, { secret }: AwsSecretPlace): ISecret {
  if (!Token.isUnresolved(secret) && !secret.startsWith('arn:'))
    return Secret.fromSecretNameV2(scope, name, secret);
  const complete = Token.isUnresolved(secret) || /-[A-Za-z0-9]{6}$/.test(secret);
  return complete
    ? Secret.fromSecretCompleteArn(scope, name, secret)
    : Secret.fromSecretPartialArn(scope, name, secret);
}
