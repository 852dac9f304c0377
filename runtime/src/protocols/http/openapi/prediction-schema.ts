import type { Manifest, PredictionSpec } from '../../../contract';
import { isBatched } from './row-schema';
import { compact, type Schema } from './schema';

/** A prediction request: rows of named values. */
export function predictRequestSchema(manifest: Manifest, row: Schema): Schema {
  const most = isBatched(manifest) ? {} : { maxItems: 1 };
  return {
    type: 'object',
    required: ['rows'],
    properties: { rows: { type: 'array', minItems: 1, ...most, items: row } },
  };
}

/** The response: a prediction for each row, in their order. */
export function predictResponseSchema({ name, version, prediction }: Manifest): Schema {
  return {
    type: 'object',
    required: ['model', 'model_version', 'predictions'],
    properties: {
      model: { const: name },
      model_version: { const: version },
      predictions: { type: 'array', items: predictionSchema(prediction!) },
    },
  };
}

function predictionSchema(spec: PredictionSpec): Schema {
  if (spec.kind === 'regression') {
    const unit = spec.unit === undefined ? undefined : { const: spec.unit };
    return objectOf({ value: { type: 'number' }, unit });
  }
  const { above, below } = spec.decision ?? { above: 'above', below: 'below' };
  const score = { type: 'number' };
  return objectOf({
    label: { enum: spec.classes },
    score,
    scores: objectOf(Object.fromEntries(spec.classes!.map((name) => [name, score]))),
    decision: spec.threshold === undefined ? undefined : { enum: [above, below] },
  });
}

function objectOf(parts: Record<string, Schema | undefined>): Schema {
  const properties = compact(parts);
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
