import { z } from 'zod';
import { inputSchema, modelName, modelVersion, predictionSchema } from './manifest';
import { postprocessingSchema } from './postprocessing';
import { COMPARISONS } from './row-rules';

/** The name under which steps find the inputs of the request. */
export const REQUEST = 'request';

export const SWITCH_COMPARISONS = [...COMPARISONS, 'in'] as const;
export const ENSEMBLE_METHODS = ['mean', 'max', 'vote'] as const;

const reference = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\..+$/s,
    'request.<input> or <step>.<output>, for example request.features',
  )
  .describe('Where a tensor comes from: request.<input>, or <step>.<output> of a step that is in sight.');

const literal = z.union([z.number(), z.string(), z.boolean()]);
const tensorName = z.string().min(1);
const stepName = modelName.refine((name) => name !== REQUEST, 'any name but request, which is the request');

/** A comparison of one value of every row. */
export interface SwitchComparison {
  readonly value: string;
  /** Which element of the row; null for one value a row. */
  readonly element: number | null;
  readonly op: (typeof SWITCH_COMPARISONS)[number];
  readonly to: number | string | boolean | readonly (number | string)[];
}

export type SwitchCondition =
  | SwitchComparison
  | { readonly all: readonly SwitchCondition[] }
  | { readonly any: readonly SwitchCondition[] };

const conditionSchema: z.ZodType<SwitchCondition> = z.lazy(() =>
  z.union([
    z.strictObject({
      value: reference,
      element: z.number().int().nonnegative().nullable().describe('Which element; null: there is one.'),
      op: z.enum(SWITCH_COMPARISONS),
      to: z.union([literal, z.array(z.union([z.number(), z.string()])).min(1)]),
    }),
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
  ]),
);

const fail = z.strictObject({ kind: z.literal('fail') });
const skip = z.strictObject({ kind: z.literal('skip') });
const useDefault = z.strictObject({
  kind: z.literal('default'),
  outputs: z.record(tensorName, literal).describe('What fills each output.'),
});
const useModel = z.strictObject({ kind: z.literal('fallback'), model: modelName, version: modelVersion });
const onError = z
  .discriminatedUnion('kind', [fail, skip, useDefault])
  .describe('What becomes of the answer when this does not work.');

const common = {
  name: stepName.describe('Name of the step in references, metrics and answers; one of its kind.'),
  timeoutMs: z.number().int().min(1).nullable().describe('Longest time; null: that of the request.'),
};
const outputNames = z.array(tensorName).min(1).describe('Outputs that every branch has.');

const modelStep = z.strictObject({
  kind: z.literal('model'),
  ...common,
  onError: z.discriminatedUnion('kind', [fail, skip, useDefault, useModel]),
  model: modelName,
  version: modelVersion,
  inputs: z.record(tensorName, reference).describe('Input of the model -> where it comes from.'),
  outputs: z.record(tensorName, tensorName).describe('Output of the step -> output of the model.'),
});

const combination = z.strictObject({
  output: tensorName,
  method: z.enum(ENSEMBLE_METHODS),
  weights: z
    .array(z.number().nonnegative())
    .nullable()
    .describe('One a member, for mean; null: all the same.'),
});

export type StepOnError = z.output<typeof modelStep>['onError'];
export type ModelStep = z.output<typeof modelStep>;
export type Combination = z.output<typeof combination>;

interface Common {
  readonly name: string;
  readonly timeoutMs: number | null;
  readonly onError: z.output<typeof onError>;
}

/** Steps whose order follows from what they read; those that read nothing of each other run at the same time. */
export interface SequenceStep extends Common {
  readonly kind: 'sequence';
  readonly steps: readonly PipelineStep[];
  /** Output -> where it comes from. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Steps that run at the same time on the same rows, and whose outputs become one. */
export interface EnsembleStep extends Common {
  readonly kind: 'ensemble';
  readonly members: readonly PipelineStep[];
  readonly combine: readonly Combination[];
  /** With fewer members that gave an answer the ensemble has failed. */
  readonly minMembers: number;
}

/** Every row goes the way of the first condition that holds for it. */
export interface SwitchStep extends Common {
  readonly kind: 'switch';
  readonly cases: readonly { readonly when: SwitchCondition; readonly step: PipelineStep }[];
  readonly otherwise: PipelineStep;
  readonly outputs: readonly string[];
}

/** The first step that works gives the answer. */
export interface FallbackStep extends Common {
  readonly kind: 'fallback';
  readonly steps: readonly PipelineStep[];
  readonly outputs: readonly string[];
}

export type PipelineStep = ModelStep | SequenceStep | EnsembleStep | SwitchStep | FallbackStep;

const step: z.ZodType<PipelineStep> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    modelStep,
    z.strictObject({
      kind: z.literal('sequence'),
      ...{ ...common, onError },
      steps: z.array(step).min(1),
      outputs: z.record(tensorName, reference).describe('Output -> where it comes from.'),
    }),
    z.strictObject({
      kind: z.literal('ensemble'),
      ...{ ...common, onError },
      members: z.array(step).min(2),
      combine: z.array(combination).min(1),
      minMembers: z.number().int().min(1).describe('With fewer answers the ensemble has failed.'),
    }),
    z.strictObject({
      kind: z.literal('switch'),
      ...{ ...common, onError },
      cases: z.array(z.strictObject({ when: conditionSchema, step })).min(1),
      otherwise: step,
      outputs: outputNames,
    }),
    z.strictObject({
      kind: z.literal('fallback'),
      ...{ ...common, onError },
      steps: z.array(step).min(2),
      outputs: outputNames,
    }),
  ]),
);

// In place: a copy with a description would be another schema, and the recursion would never meet itself.
z.globalRegistry.add(conditionSchema, { id: 'SwitchCondition', description: 'What must hold for a row.' });
z.globalRegistry.add(step, { id: 'PipelineStep', description: 'One step of a pipeline, or several.' });

export const pipelineSchema = z
  .strictObject({
    name: modelName.describe('How requests ask for it, as for a model.'),
    version: modelVersion,
    description: z.string().min(1).nullable(),
    inputs: z
      .array(inputSchema)
      .describe(
        'Inputs of the request that no model takes, for conditions; the others follow from the models.',
      ),
    root: step,
    prediction: predictionSchema
      .nullable()
      .describe('How outputs are read as predictions; null: rows are not answered with predictions.'),
    postprocessing: postprocessingSchema.nullable(),
  })
  .describe('Several models that answer as one.');

export const pipelinesSchema = z.array(pipelineSchema).min(1);

export type PipelineSpec = z.output<typeof pipelineSchema>;
