import { jsonReply, type Reply } from '../http/reply';
import { answerRows } from './answer-rows';
import type { Contract, ContractRequest } from './contract';
import { decodeInstances } from './decode-instances';
import { plainError } from './error-replies';
import { asBody } from './named-body';
import { HEALTHY, whenReady } from './probes';
import { readLenientJson } from './read-json';
import type { VertexRoutes } from './vertex-environment';

/** The contract of custom containers on Vertex AI; the platform chooses the routes. */
export function vertex({ health, predict: path }: VertexRoutes): Contract {
  return {
    name: 'vertex',
    source: 'https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements',
    errorReply: plainError,
    entries: [
      {
        method: 'GET',
        path: health,
        label: 'ready',
        summary: 'whether the replica is ready, else 503',
        answer: whenReady(HEALTHY),
      },
      {
        method: 'POST',
        path,
        label: 'vertex_predict',
        summary: 'rows (`instances`) in, `predictions` out; `parameters` are accepted and not used',
        runs: true,
        onlyModel: true,
        answer: predict,
      },
    ],
  };
}

async function predict(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model } = request;
  const instance = parts.service.model(model);
  const { instances } = asBody(await readLenientJson(exchange, parts.limits.maxBodyBytes));
  const predictions = await answerRows(decodeInstances(instance, instances), request);
  return jsonReply(`{"predictions":[${predictions.join(',')}]}`);
}
