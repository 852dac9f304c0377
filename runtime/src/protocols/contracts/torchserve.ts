import type { RequestErrorCode } from '../../errors';
import { jsonReply, type Reply } from '../http/reply';
import { answerRows } from './answer-rows';
import type { Contract, ContractEntry, ContractRequest } from './contract';
import { decodeInstances } from './decode-instances';
import { errorReply, errorText } from './error-replies';
import { listModels } from './list-models';
import { HEALTHY, whenReady } from './probes';
import { readLenientJson } from './read-json';

/** Names of the exceptions that TorchServe tells as `type`; by status, and by code where it knows better. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  404: 'ResourceNotFoundException',
  405: 'MethodNotAllowedException',
  503: 'ServiceUnavailableException',
};
const BY_CODE: Readonly<Partial<Record<RequestErrorCode, string>>> = {
  MODEL_NOT_FOUND: 'ModelNotFoundException',
  MODEL_VERSION_NOT_FOUND: 'ModelVersionNotFoundException',
};

/** The inference API of TorchServe, and the listing of its management API. */
export const torchserve: Contract = {
  name: 'torchserve',
  source: 'https://pytorch.org/serve/inference_api.html',
  errorReply: errorReply((error, status) => {
    const fallback = status < 500 ? 'BadRequestException' : 'InternalServerException';
    const type = BY_CODE[error.code] ?? BY_STATUS[status] ?? fallback;
    return { code: status, type, message: errorText(error) };
  }),
  entries: [
    ...['/predictions/{model}', '/predictions/{model}/{version}'].map(
      (path): ContractEntry => ({
        method: 'POST',
        path,
        label: 'torchserve_predictions',
        summary: 'one row in, one prediction out; `instances` in, `predictions` out',
        runs: true,
        answer: predict,
      }),
    ),
    {
      method: 'GET',
      path: '/ping',
      label: 'ready',
      summary: '`{"status": "Healthy"}` when the replica is ready, else 503',
      answer: whenReady(HEALTHY),
    },
    {
      method: 'GET',
      path: '/models',
      label: 'torchserve_models',
      summary: 'the models, `limit` at a time from `next_page_token` on',
      answer: listModels,
    },
  ],
};

/** A body with instances is TorchServe's JSON envelope; any other is one row, as its handlers get it. */
async function predict(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model, version } = request;
  const instance = parts.service.model(model, version);
  const body = await readLenientJson(exchange, parts.limits.maxBodyBytes);
  const many = (body as { readonly instances?: unknown } | null)?.instances;
  const decoded = decodeInstances(instance, many === undefined ? [body] : many);
  const predictions = await answerRows(decoded, request);
  return jsonReply(many === undefined ? predictions[0]! : `{"predictions":[${predictions.join(',')}]}`);
}
