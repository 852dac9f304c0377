import { type ContainerDefinition, Secret as ContainerSecret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AwsSecretPlace, type EndpointPlan, placedSecrets, secretVariable } from '../core';
import { isIsolated, type Network } from './network';

/**
 * Gives the runtime its secrets. ECS reads them when a task starts; the execution role may read these
 * secrets and no others.
 */
export function addRuntimeSecrets(
  scope: Construct,
  container: ContainerDefinition,
  plan: EndpointPlan,
): void {
  const secrets = placedSecrets(plan, 'aws');
  if (secrets.length === 0) return;
  const group = new Construct(scope, 'RuntimeSecrets');
  for (const { name, place } of secrets) {
    const secret = ContainerSecret.fromSecretsManager(existingSecret(group, name, place), place.jsonField);
    container.addSecret(secretVariable(name), secret);
  }
}

/** Says what ECS needs to read the secrets from where there is no way out. */
export function warnIfSecretsUnreachable(scope: Construct, plan: EndpointPlan, network: Network): void {
  if (placedSecrets(plan, 'aws').length === 0 || !isIsolated(network)) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:isolatedSecrets',
    'The tasks lie in isolated subnets: Secrets Manager needs its interface endpoint (secretsmanager) there.',
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
