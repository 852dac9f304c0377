import { type Problem, type RuntimeConfig, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved, runtimeConfig, withContract } from '../../core';

/** Where SageMaker unpacks the model before it starts the container. */
export const MODEL_DIRECTORY = '/opt/ml/model';

/**
 * Bytes of one variable, and of all of them.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
 */
const VARIABLE_BYTES = 1024;
const ENVIRONMENT_BYTES = 32 * 1024;

/** The configuration on SageMaker: it asks by routes of its own, and the model is there when the container starts. */
export function sageMakerConfig(plan: EndpointPlan): RuntimeConfig {
  return runtimeConfig(withContract(plan, 'sagemaker'), { modelUris: [MODEL_DIRECTORY], emf: true });
}

/** The variables of the container: the configuration does not fit one. */
export function containerEnvironment(config: RuntimeConfig): Record<string, string> {
  const text = asciiJson(config);
  const count = Math.ceil(text.length / VARIABLE_BYTES);
  const parts = Array.from({ length: count }, (_, i) => [
    `INFERSTACK_CONFIG_${i + 1}`,
    text.slice(i * VARIABLE_BYTES, (i + 1) * VARIABLE_BYTES),
  ]);
  return { ...Object.fromEntries(parts), INFERSTACK_CACHE: '/tmp/inferstack' };
}

/** Refuses a configuration that cannot be cut into variables at synthesis. */
export function checkConfig(plan: EndpointPlan): Problem[] {
  const config = sageMakerConfig(plan);
  const token = unresolvedPath(config, '');
  if (token !== undefined) {
    return [
      {
        code: 'TARGET_UNSUPPORTED',
        at: `${plan.path}: runtime`,
        what: 'SageMaker limits the length of variables, so the configuration is cut at synthesis, and a part of it is only known at deployment',
        got: `a token at ${token}`,
        allowed: 'values known at synthesis',
        remedy: 'Give the value itself, e.g. from the context of the app.',
      },
    ];
  }
  const bytes = Buffer.byteLength(JSON.stringify(containerEnvironment(config)));
  if (bytes <= ENVIRONMENT_BYTES) return [];
  return [
    {
      code: 'AWS_SAGEMAKER_CONFIG',
      at: `${plan.path}: runtime`,
      what: 'the configuration of the runtime exceeds the environment of a SageMaker container',
      got: show(bytes),
      allowed: `${ENVIRONMENT_BYTES} bytes`,
      remedy: 'Configure less.',
    },
  ];
}

/** One byte a character, so that it can be cut anywhere. */
function asciiJson(config: RuntimeConfig): string {
  return JSON.stringify(config).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unresolvedPath(value: unknown, path: string): string | undefined {
  if (isUnresolved(value)) return path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const found = unresolvedPath(child, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
