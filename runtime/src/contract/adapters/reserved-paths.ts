import type { ClientContract } from '../client-contracts';

/** First parts of the paths the runtime answers itself, over HTTP or gRPC. */
const OWN_HEADS = [
  'v2',
  'inference.GRPCInferenceService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
  'tensorflow.serving.PredictionService',
  'tensorflow.serving.ModelService',
  'inferstack.Readiness',
];

/** First parts of the paths of each contract. Vertex AI says its routes when the container starts. */
export const CONTRACT_HEADS: Readonly<Record<ClientContract, readonly string[]>> = {
  vertex: ['health', 'predict'],
  'tensorflow-serving': ['v1'],
  'kserve-v1': ['', 'v1'],
  sagemaker: ['ping', 'invocations', 'models'],
  torchserve: ['predictions', 'ping', 'models'],
  mlflow: ['invocations', 'ping', 'health', 'version'],
  azureml: ['', 'score', 'ready'],
};

/** Who answers below the first part of a path already; undefined: nobody. */
export function ownerOf(path: string, contracts: readonly ClientContract[]): string | undefined {
  const head = path.split('/')[1]!;
  if (OWN_HEADS.includes(head)) return "the runtime's own routes";
  const contract = contracts.find((name) => CONTRACT_HEADS[name].includes(head));
  return contract && `the contract ${contract}`;
}
