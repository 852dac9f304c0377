import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what Azure cannot do, or of Azure options that contradict each other. */
export const azureProblems = {
  AZURE_NAME: 'A name is not usable for the resources of Azure.',
  AZURE_LOCATION: 'Nothing says in which region the resources are created.',
  AZURE_SIZE: 'The platform does not offer this pair of CPU and memory.',
  AZURE_STORAGE: 'The model does not fit the storage or the memory of a replica.',
  AZURE_SCALING: 'The scaling rules of the platform cannot express this.',
  AZURE_ROLLOUT_TIME:
    'The startup probe cannot wait that long, or a rollout is over before any alert could end it.',
  AZURE_ROLLOUT_SHARE: 'Container Apps cannot give a revision this share of the requests.',
  AZURE_RELEASE: 'The number of the release is no part of a revision name.',
  AZURE_GATE: 'Azure Monitor has no alert rule that judges this gate.',
  AZURE_STATE_TAG: 'A tag has the name of one in which the rollout keeps its state.',
  AZURE_REQUEST_TIME: 'The platform cuts requests off earlier.',
  AZURE_REQUEST_SIZE: 'The platform does not take requests that large.',
  AZURE_DRAIN: 'Draining takes longer than Container Apps gives a stopping replica.',
  AZURE_LOG_RETENTION: 'The workspace does not keep logs for this time.',
  AZURE_ALERT_WINDOW: 'Azure Monitor has no alert rule with this window.',
  AZURE_ENVIRONMENT: 'The environment, its network, its logs and the exposure do not fit together.',
  AZURE_NETWORK: 'The network options contradict each other, or are out of bounds.',
  AZURE_ADDRESS_RANGE: 'An address range is not usable where it is given.',
  AZURE_REGISTRY: 'The image cannot be pulled with what is given.',
  AZURE_DOMAIN: 'The custom domain, its certificate and its zone do not fit together.',
  AZURE_FIREWALL: 'The web application firewall is out of bounds.',
  AZURE_PREVIOUS_MODEL:
    'A previous model is listed twice, is the current one, or nothing says which ones may still serve.',
  AZURE_PROVIDER: 'The provider of the stack would use account keys, which the storage account refuses.',
} as const satisfies ProblemCatalogue;

export type AzureProblemCode = keyof typeof azureProblems;
