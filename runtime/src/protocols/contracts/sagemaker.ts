import { RequestError } from '../../errors';
import { decodeInferRequest } from '../http/infer-request';
import { encodeInferResponse } from '../http/infer-response';
import { jsonReply, type Reply } from '../http/reply';
import { answerRows, runOutputs } from './answer-rows';
import type { Contract, ContractEntry, ContractRequest } from './contract';
import { csvReply } from './csv-reply';
import { csvValues } from './csv-rows';
import { type Decoded, decodeInstances } from './decode-instances';
import { plainError } from './error-replies';
import { parseLenientJson } from './lenient-json';
import { chooseMedia, type ReplyMedia } from './media-choice';
import { asBody, oneOf } from './named-body';
import { HEALTHY, whenReady } from './probes';
import { isJson, mediaType, readText } from './read-json';
import { sagemakerModels } from './sagemaker-models';

const invocations: Pick<ContractEntry, 'label' | 'summary' | 'runs' | 'answer'> = {
  label: 'sagemaker_invocations',
  summary:
    '`inputs` (tensors as of /v2), `instances` (rows) or CSV without header in; JSON or CSV out, as Accept says',
  runs: true,
  answer: invoke,
};

/** The contract of containers on SageMaker, and of those that serve several models. */
export const sagemaker: Contract = {
  name: 'sagemaker',
  source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html',
  errorReply: plainError,
  entries: [
    {
      method: 'GET',
      path: '/ping',
      label: 'ready',
      summary: '200 when the replica is ready, else 503',
      answer: whenReady(HEALTHY),
    },
    { method: 'POST', path: '/invocations', onlyModel: true, ...invocations },
    ...sagemakerModels,
    { method: 'POST', path: '/models/{model}/invoke', control: true, ...invocations },
  ],
};

async function invoke(request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model } = request;
  const { accept } = exchange.request.headers;
  const instance = parts.service.model(model);
  const type = mediaType(exchange);
  if (type === 'text/csv') {
    const media = chooseMedia(accept, 'text/csv');
    const rows = csvValues(instance, await readText(exchange, parts.limits.maxBodyBytes));
    return answer(decodeInstances(instance, rows, 'rows'), media, request);
  }
  if (!isJson(type)) {
    throw new RequestError('REQUEST_MEDIA_TYPE', 'Send the body as application/json or text/csv.');
  }
  const media = chooseMedia(accept, 'application/json');
  const text = await readText(exchange, parts.limits.maxBodyBytes);
  const body = asBody(parsed(text));
  if (oneOf(body, ['inputs', 'instances']) === 'inputs') return infer(text, media, request);
  return answer(decodeInstances(instance, body.instances), media, request);
}

async function answer(decoded: Decoded, media: ReplyMedia, request: ContractRequest): Promise<Reply> {
  if (media === 'text/csv') return csvReply(await runOutputs(decoded, request));
  const predictions = await answerRows(decoded, request);
  return jsonReply(`{"predictions":[${predictions.join(',')}]}`);
}

/** Tensors of the Open Inference Protocol, as of `/v2/models/{model}/infer`. */
async function infer(text: string, media: ReplyMedia, request: ContractRequest): Promise<Reply> {
  const { exchange, parts, model } = request;
  const asked = decodeInferRequest(Buffer.from(text), Buffer.alloc(0));
  const rows = asked.inputs[0]?.shape[0] ?? 1;
  exchange.rows = rows;
  const outputs = asked.outputs?.map(({ name }) => name);
  const result = await parts.service.infer(model, undefined, asked.inputs, outputs, exchange);
  return media === 'text/csv'
    ? csvReply({ outputs: result.outputs, rows })
    : encodeInferResponse(result, { ...asked, binary: false });
}

function parsed(text: string): unknown {
  try {
    return parseLenientJson(text);
  } catch {
    throw new RequestError('REQUEST_SYNTAX', 'The body is not valid JSON.');
  }
}
