import { jsonReply, type Reply } from '../http/reply';
import { runOutputs } from './answer-rows';
import type { Contract, ContractRequest } from './contract';
import { decodeInstances } from './decode-instances';
import { encodeRows } from './encode-values';
import { plainError } from './error-replies';
import { asBody, oneOf } from './named-body';
import { readLenientJson } from './read-json';

/** Version 1 of KServe's data plane. */
export const kserveV1: Contract = {
  name: 'kserve-v1',
  source: 'https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol',
  errorReply: plainError,
  entries: [
    {
      method: 'POST',
      path: '/v1/models/{model}:predict',
      label: 'kserve_predict',
      summary: 'rows (`instances` or `inputs`) in, outputs of the model out',
      runs: true,
      // KServe's explainers and transformers know the model by the name of its InferenceService.
      byEndpoint: true,
      answer: predict,
    },
    {
      method: 'GET',
      path: '/',
      label: 'live',
      summary: '`{"status": "alive"}` while the process answers',
      answer: () => jsonReply('{"status":"alive"}'),
    },
    {
      method: 'GET',
      path: '/v1/models',
      label: 'kserve_models',
      summary: 'names of the models',
      answer: ({ parts: { repository } }) => {
        const models = [...new Set(repository.slots.map(({ name }) => name))].sort();
        return jsonReply(JSON.stringify({ models }));
      },
    },
    {
      method: 'GET',
      path: '/v1/models/{model}',
      label: 'model_ready',
      summary: 'whether the model is ready, else 503',
      byEndpoint: true,
      answer: ({ parts, model }) => {
        const { name } = parts.service.readyModel(model);
        return jsonReply(JSON.stringify({ name, ready: true }));
      },
    },
  ],
};

async function predict(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model } = request;
  const instance = parts.service.model(model);
  const body = asBody(await readLenientJson(exchange, parts.limits.maxBodyBytes));
  const key = oneOf(body, ['instances', 'inputs']);
  const { outputs, rows } = await runOutputs(decodeInstances(instance, body[key], key), request);
  return jsonReply(`{"predictions":[${encodeRows(outputs, rows, 'null').join(',')}]}`);
}
