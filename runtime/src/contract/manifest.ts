import { z } from 'zod';
import { DTYPES } from './dtype';
import { postprocessingSchema } from './postprocessing';
import { preprocessingSchema } from './preprocessing';
import { sensitivity, valueRange } from './value-rules';

/** The version of every document this package reads. */
export const API_VERSION = 'inferstack.dev/v1';

const text = z.string().trim().min(1);
const finite = z.number();

export const modelName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, 1-63 characters, starting with a letter',
  )
  .describe('Name of the model in URLs and metrics.');

export const modelVersion = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'letters, digits, dots, dashes and underscores, 1-64 characters; quote numbers',
  )
  .describe('Version as a string, for example "2".');

const category = z.union([z.string(), z.number()]);

export const columnSchema = z
  .strictObject({
    name: text.describe('Name a caller uses for this value in a row.'),
    description: text.optional(),
    unit: text.optional().describe('Unit of measurement, for example mm or mg/dl.'),
    range: valueRange.optional(),
    categories: z
      .array(category)
      .min(1)
      .optional()
      .describe('The only values allowed (BYTES and integer inputs).'),
    required: z
      .boolean()
      .default(true)
      .describe('False lets callers leave the value out: NaN for floats, else `default`.'),
    default: category.optional().describe('Value used when a caller leaves it out.'),
    sensitivity,
  })
  .describe('One entry of the last dimension of an input.');

const dimension = z.union([z.number().int().positive(), z.string().min(1)]);

export const inputSchema = z
  .strictObject({
    name: text.describe('Name of the graph input.'),
    dtype: z.enum(DTYPES),
    shape: z
      .array(dimension)
      .describe('Dimensions; a name stands for a size known only at run time, first of all the batch.'),
    columns: z
      .array(columnSchema)
      .min(1)
      .optional()
      .describe('Names along the last dimension. Without columns a row carries the whole tensor.'),
    range: valueRange.optional().describe('Allowed range of every element, for inputs without columns.'),
    sensitivity,
  })
  .describe('One input of the graph.');

export const outputSchema = z
  .strictObject({
    name: text.describe('Name of the graph output.'),
    dtype: z.enum(DTYPES),
    shape: z.array(dimension),
    description: text.optional(),
  })
  .describe('One output of the graph.');

export const predictionSchema = z
  .strictObject({
    kind: z.enum(['binary', 'multiclass', 'regression']),
    output: text.describe('The output that carries the scores.'),
    classes: z.array(text).min(2).optional().describe('Class names along the last dimension of the output.'),
    positive: text.optional().describe('The class whose score the threshold applies to (binary).'),
    threshold: z
      .number()
      .optional()
      .describe(
        'Binary: decide `above` from this score of the positive class on. Multiclass: lowest top score that is decided.',
      ),
    decision: z.strictObject({ above: text, below: text }).optional().describe('Names of the two decisions.'),
    unit: text.optional().describe('Unit of the predicted value (regression).'),
  })
  .describe('How the outputs are read as labels, scores and decisions.');

export const cardSchema = z
  .strictObject({
    owner: text.describe('Who answers for the model.'),
    license: text.optional(),
    intendedUse: text,
    outOfScope: z.array(text).default([]).describe('What it must not be used for.'),
    trainingData: text,
    evaluationData: text.optional(),
    limitations: z.array(text).default([]),
    references: z.array(text).default([]),
  })
  .describe('The model card: what a reviewer needs to know.');

export const metricSchema = z
  .strictObject({
    name: text,
    value: finite,
    target: finite.optional(),
    dataset: text.optional(),
    rows: z.number().int().positive().optional(),
    higherIsBetter: z.boolean().default(true),
  })
  .describe('A success metric as measured on held-out data, with its target.');

export const manifestSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Model'),
    name: modelName,
    version: modelVersion,
    description: text.optional(),
    graph: text.default('model.onnx').describe('Path of the ONNX file inside the package.'),
    signature: z.strictObject({
      inputs: z.array(inputSchema).min(1),
      outputs: z.array(outputSchema).min(1),
    }),
    preprocessing: preprocessingSchema.optional(),
    postprocessing: postprocessingSchema.optional(),
    prediction: predictionSchema.optional(),
    card: cardSchema,
    metrics: z.array(metricSchema).default([]),
  })
  .describe('Manifest of an inferstack model package (model.yaml).');

export type Manifest = z.output<typeof manifestSchema>;
export type InputSpec = z.output<typeof inputSchema>;
export type OutputSpec = z.output<typeof outputSchema>;
export type ColumnSpec = z.output<typeof columnSchema>;
export type PredictionSpec = z.output<typeof predictionSchema>;
export type Dimension = z.output<typeof dimension>;
