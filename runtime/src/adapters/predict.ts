import type { InferenceService } from '../inference';
import { tensorToNested } from '../model';
import { requireRows } from '../protocols/contracts/encode-values';
import type { Exchange } from '../protocols/http/exchange';

interface Wanted {
  readonly model: string;
  readonly version: string | undefined;
}

/** What a mapping finds under `predictions`, and of which version it is. */
export interface Predicted {
  readonly version: string;
  readonly predictions: readonly object[];
}

/**
 * Predictions as `predict` gives them; outputs by their names for a model that says nothing about predictions.
 *
 * @throws RequestError
 */
export async function predict(
  service: InferenceService,
  { model, version }: Wanted,
  rows: readonly unknown[],
  exchange: Exchange,
): Promise<Predicted> {
  if (service.model(model, version).prediction !== undefined) {
    const { instance, predictions } = await service.predictRows(model, version, rows, exchange);
    return { version: instance.version, predictions };
  }
  const { instance, outputs } = await service.inferRows(model, version, rows, exchange);
  requireRows(outputs, rows.length);
  const columns = outputs.map((tensor) => [tensor.name, tensorToNested(tensor) as unknown[]] as const);
  const predictions = rows.map((_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, finite(values[row])])),
  );
  return { version: instance.version, predictions };
}

/** JSON and the formats after it have no NaN: null stands for it, as in the own protocol. */
function finite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(finite);
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
