import type { Tensor } from '../../contract';
import type { ContractRequest } from './contract';
import type { Decoded } from './decode-instances';
import { encodeRows, type NonFinite } from './encode-values';

/** Outputs of a run, with the number of rows that were asked. */
export interface Outputs {
  readonly outputs: readonly Tensor[];
  readonly rows: number;
}

/** Runs what was decoded and gives the outputs of the model as they are. @throws RequestError */
export async function runOutputs(decoded: Decoded, request: ContractRequest): Promise<Outputs> {
  const { exchange, parts, model, version } = request;
  const rows = decoded.kind === 'rows' ? decoded.rows.length : decoded.rows;
  exchange.rows = rows;
  const { outputs } =
    decoded.kind === 'rows'
      ? await parts.service.inferRows(model, version, decoded.rows, exchange)
      : await parts.service.infer(model, version, decoded.tensors, undefined, exchange);
  return { outputs, rows };
}

/**
 * A JSON value for each row. Names in, names out: rows of named columns are answered with predictions as model.yaml
 * describes them, everything else with the outputs of the model.
 *
 * @throws RequestError
 */
export async function answerRows(
  decoded: Decoded,
  request: ContractRequest,
  nonFinite: NonFinite = 'null',
): Promise<string[]> {
  const { exchange, parts, model, version } = request;
  const described = parts.service.model(model, version).prediction !== undefined;
  if (decoded.kind === 'tensors' || !described) {
    const { outputs, rows } = await runOutputs(decoded, request);
    return encodeRows(outputs, rows, nonFinite);
  }
  exchange.rows = decoded.rows.length;
  const { predictions } = await parts.service.predictRows(model, version, decoded.rows, exchange);
  return predictions.map((prediction) => JSON.stringify(prediction));
}
