import { CLIENT_CONTRACTS, type ClientContract } from '../../contract';
import { azureml } from './azureml';
import type { Contract } from './contract';
import { kserveV1 } from './kserve-v1';
import { mlflow } from './mlflow';
import { sagemaker } from './sagemaker';
import { tensorflowServing } from './tensorflow-serving';
import { torchserve } from './torchserve';
import { vertex } from './vertex';
import type { VertexRoutes } from './vertex-environment';

/** The contracts that are enabled, by precedence. */
export function contractList(enabled: ReadonlySet<ClientContract>, routes: VertexRoutes): Contract[] {
  const known: Readonly<Record<ClientContract, Contract>> = {
    vertex: vertex(routes),
    'tensorflow-serving': tensorflowServing,
    'kserve-v1': kserveV1,
    torchserve,
    sagemaker,
    mlflow,
    azureml,
  };
  return CLIENT_CONTRACTS.filter((name) => enabled.has(name)).map((name) => known[name]);
}
