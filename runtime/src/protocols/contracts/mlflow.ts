import { RequestError } from '../../errors';
import type { ModelInstance } from '../../inference';
import { jsonReply, type Reply } from '../http/reply';
import { answerRows } from './answer-rows';
import type { Contract, ContractEntry, ContractRequest } from './contract';
import { csvRecords } from './csv-rows';
import { decodeDataframe } from './dataframe';
import { type Decoded, decodeColumns, decodeInstances } from './decode-instances';
import { errorReply, errorText } from './error-replies';
import { asBody, oneOf } from './named-body';
import { HEALTHY, textReply, whenReady } from './probes';
import { mediaType, readLenientJson, readText } from './read-json';

/** Codes of MLflow by HTTP status. Source: https://github.com/mlflow/mlflow, mlflow/exceptions.py */
const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  405: 'ENDPOINT_NOT_FOUND',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'TEMPORARILY_UNAVAILABLE',
};

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

const probe = (path: string): ContractEntry => ({
  method: 'GET',
  path,
  label: 'ready',
  summary: '200 when the replica is ready, else 503',
  answer: whenReady(HEALTHY),
});

/** The scoring server of MLflow 2 and later. */
export const mlflow: Contract = {
  name: 'mlflow',
  source: 'https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/',
  errorReply: errorReply((error, status) => ({
    error_code: CODES[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR'),
    message: errorText(error),
  })),
  entries: [
    {
      method: 'POST',
      path: '/invocations',
      label: 'mlflow_invocations',
      summary:
        '`dataframe_split`, `dataframe_records`, `instances`, `inputs` or CSV with a header in, `predictions` out',
      runs: true,
      onlyModel: true,
      answer: invoke,
    },
    probe('/ping'),
    probe('/health'),
    {
      method: 'GET',
      path: '/version',
      label: 'mlflow_version',
      summary: 'version of this runtime, as text',
      answer: ({ parts: { runtimeVersion } }) => textReply(runtimeVersion),
    },
  ],
};

async function invoke(request: ContractRequest): Promise<Reply> {
  const { parts, model } = request;
  const decoded = await decode(parts.service.model(model), request);
  const predictions = await answerRows(decoded, request, 'words');
  return jsonReply(`{"predictions":[${predictions.join(',')}]}`);
}

async function decode(instance: ModelInstance, { exchange, parts }: ContractRequest): Promise<Decoded> {
  const { maxBodyBytes } = parts.limits;
  if (mediaType(exchange) === 'text/csv') {
    return decodeInstances(instance, csvRecords(instance, await readText(exchange, maxBodyBytes)), 'rows');
  }
  const body = asBody(await readLenientJson(exchange, maxBodyBytes));
  const form = oneOf(body, FORMS);
  if (form === 'dataframe_split') return decodeDataframe(instance, body[form], form);
  if (form === 'inputs') return decodeColumns(instance, body[form], form);
  if (form === 'dataframe_records' && !Array.isArray(body[form])) {
    throw new RequestError('REQUEST_INVALID', `${form} must be a list of records.`);
  }
  return decodeInstances(instance, body[form], form);
}
