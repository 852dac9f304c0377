import type { Manifest, PostprocessingSpec, PredictionSpec } from '../../../contract';
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

/** The response: a prediction for each row, in their order. @param joined whether features come from a store */
export function predictResponseSchema(manifest: Manifest, joined = false): Schema {
  const { name, version } = manifest;
  return {
    type: 'object',
    required: ['model', 'model_version', 'predictions'],
    properties: {
      model: { const: name },
      model_version: { const: version },
      predictions: { type: 'array', items: predictionSchema(manifest, joined) },
    },
  };
}

/** What becomes of values that break a rule, and of features that a store could not give. */
const KEPT = ['flag', 'impute'];
const REPLACED = ['default', 'null', 'keep'];

/** Flags are only there for rows that have some. */
function predictionSchema(
  { prediction, preprocessing, postprocessing = {} }: Manifest,
  joined: boolean,
): Schema {
  const schema = scoresSchema(prediction!, postprocessing);
  if (preprocessing === undefined && !joined) return schema;
  const text = { type: 'string' };
  const flag = objectOf({
    field: text,
    rule: text,
    policy: { enum: joined ? [...KEPT, ...REPLACED] : KEPT },
  });
  const properties = {
    ...(schema['properties'] as Schema),
    flags: { type: 'array', minItems: 1, items: flag },
  };
  return { ...schema, properties };
}

function scoresSchema(spec: PredictionSpec, { topK, costs, abstain }: PostprocessingSpec): Schema {
  if (spec.kind === 'regression') {
    const unit = spec.unit === undefined ? undefined : { const: spec.unit };
    return objectOf({ value: { type: 'number' }, unit });
  }
  const { above, below } = spec.decision ?? { above: 'above', below: 'below' };
  const score = { type: 'number' };
  const label = { enum: spec.classes };
  const top = topK === undefined ? undefined : { type: 'array', items: objectOf({ label, score }) };
  const decided = spec.threshold !== undefined || (spec.kind === 'binary' && costs !== undefined);
  const decisions = [above, below, ...(abstain === undefined ? [] : [abstain.decision])];
  return objectOf({
    label,
    score,
    scores: objectOf(Object.fromEntries(spec.classes!.map((name) => [name, score]))),
    top,
    decision: decided ? { enum: decisions } : undefined,
  });
}

function objectOf(parts: Record<string, Schema | undefined>): Schema {
  const properties = compact(parts);
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
