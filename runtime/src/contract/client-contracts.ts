/** Contracts of other servers and platforms, by precedence: where routes are shared, the first answers. */
export const CLIENT_CONTRACTS = [
  'vertex',
  'tensorflow-serving',
  'kserve-v1',
  'sagemaker',
  'torchserve',
  'mlflow',
  'azureml',
] as const;

export type ClientContract = (typeof CLIENT_CONTRACTS)[number];

/** Contracts whose routes do not say which model they mean: they need an endpoint with one. */
export const CONTRACTS_OF_ONE_MODEL: readonly ClientContract[] = ['vertex', 'sagemaker', 'mlflow', 'azureml'];

/** Pairs that mean different things by the same route, and why. */
export const CONTRACTS_REFUSED_TOGETHER: readonly (readonly [
  ClientContract,
  ClientContract,
  reason: string,
])[] = [['sagemaker', 'mlflow', 'CSV sent to /invocations has a header with MLflow and none with SageMaker']];
