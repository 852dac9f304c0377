import { RequestError } from '../../errors';
import { jsonReply, type Reply } from '../http/reply';
import { answerRows } from './answer-rows';
import type { Contract, ContractRequest } from './contract';
import { decodeDataframe } from './dataframe';
import { decodeInstances } from './decode-instances';
import { errorReply, errorText } from './error-replies';
import { asBody, oneOf } from './named-body';
import { textReply } from './probes';
import { readLenientJson } from './read-json';

/** The inference server of Azure Machine Learning, and the bodies of its online endpoints. */
export const azureml: Contract = {
  name: 'azureml',
  source: 'https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http',
  errorReply: errorReply((error) => ({ message: errorText(error) })),
  entries: [
    {
      method: 'POST',
      path: '/score',
      label: 'azureml_score',
      summary: '`input_data` (a data frame, records or rows) or `data` (rows) in, a list of predictions out',
      runs: true,
      onlyModel: true,
      answer: score,
    },
    {
      method: 'GET',
      path: '/',
      label: 'live',
      summary: '`Healthy` while the process answers: the liveness route',
      answer: () => textReply('Healthy'),
    },
    {
      method: 'GET',
      path: '/ready',
      label: 'ready',
      summary: '`Ready` when the replica is, else 503: the readiness route',
      answer: ({ parts: { readiness } }) => {
        if (readiness.ready) return textReply('Ready');
        throw new RequestError('MODEL_NOT_READY', readiness.reason);
      },
    },
  ],
};

async function score(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model } = request;
  const instance = parts.service.model(model);
  const body = asBody(await readLenientJson(exchange, parts.limits.maxBodyBytes));
  const key = oneOf(body, ['input_data', 'data']);
  const decoded =
    key === 'input_data' && !Array.isArray(body.input_data)
      ? decodeDataframe(instance, body.input_data, key)
      : decodeInstances(instance, body[key], key);
  const predictions = await answerRows(decoded, request);
  return { ...jsonReply(`[${predictions.join(',')}]`), headers: ['x-ms-request-id', exchange.id] };
}
