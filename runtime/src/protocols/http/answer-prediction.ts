import type { RuntimeConfig } from '../../contract';
import type { InferenceService } from '../../inference';
import type { Exchange } from './exchange';
import { imageRow, isImage } from './image-body';
import { readInferBody } from './infer-body';
import { decodeInferRequest, decodePredictRequest, type InferRequest } from './infer-request';
import { encodeInferResponse, encodePredictResponse } from './infer-response';
import { readRawTensor } from './raw-tensor';
import { readJson } from './read-body';
import { receiveBody } from './receive-body';
import type { Reply } from './reply';

interface Parts {
  readonly service: InferenceService;
  readonly limits: RuntimeConfig['limits'];
}

/** A model as a request names it. */
interface Wanted {
  readonly model: string;
  readonly version: string | undefined;
}

/** Tensors in, tensors out. @throws RequestError */
export async function answerInfer(
  { model, version }: Wanted,
  exchange: Exchange,
  { service, limits }: Parts,
): Promise<Reply> {
  // Before the body is read: who asks for what is not there need not send it.
  const instance = service.model(model, version);
  const { json, binary } = await readInferBody(exchange, limits.maxBodyBytes);
  const request: InferRequest =
    json === undefined
      ? { id: undefined, inputs: [readRawTensor(instance, binary)], outputs: undefined, binary: true }
      : decodeInferRequest(json, binary);
  exchange.rows = request.inputs[0]?.shape[0] ?? 1;
  const outputs = request.outputs?.map((output) => output.name);
  return encodeInferResponse(await service.infer(model, version, request.inputs, outputs, exchange), request);
}

/** Rows in, predictions out; for a model of a single image the image itself may be the body. @throws RequestError */
export async function answerPredict(
  { model, version }: Wanted,
  exchange: Exchange,
  { service, limits }: Parts,
): Promise<Reply> {
  const instance = service.model(model, version);
  const rows = isImage(exchange)
    ? [imageRow(instance, await receiveBody(exchange, limits.maxBodyBytes))]
    : decodePredictRequest(await readJson(exchange, limits.maxBodyBytes));
  exchange.rows = rows.length;
  return encodePredictResponse(await service.predictRows(model, version, rows, exchange));
}
