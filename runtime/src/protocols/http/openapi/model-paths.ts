import { DEFAULT_FORMATS, type Manifest } from '../../../contract';
import { type RequestErrorCode, requestErrors } from '../../../errors';
import { DEGRADED_HEADER, type ModelInstance } from '../../../inference';
import { soleImage } from '../image-body';
import { errorResponses } from './error-responses';
import { inferExamples, predictExamples } from './examples';
import { predictRequestSchema, predictResponseSchema } from './prediction-schema';
import { rowSchema } from './row-schema';
import { jsonContent, type Node, reference, type Schema } from './schema';
import { inferRequestSchema, inferResponseSchema } from './tensor-schema';

export interface ModelPart {
  readonly paths: Node;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** What can become of a question about a model. */
const ABOUT_MODEL: readonly RequestErrorCode[] = [
  ...(['MODEL_NOT_FOUND', 'MODEL_VERSION_NOT_FOUND', 'MODEL_UNLOADED', 'MODEL_NOT_READY'] as const),
  'INTERNAL',
];

/** Met by callers whose request is none of those described, or who have left. */
const ELSEWHERE: ReadonlySet<RequestErrorCode> = new Set<RequestErrorCode>([
  'REQUEST_ROUTE_NOT_FOUND',
  'REQUEST_METHOD_NOT_ALLOWED',
  'REQUEST_CANCELLED',
  'REQUEST_UNAUTHENTICATED',
  'MODEL_WITHOUT_PREDICTION',
]);

/**
 * Everything that can be asked of one version of a model.
 *
 * @param latest whether it also answers requests that name no version.
 * @param guarded whether callers have to say who they are.
 */
export function modelPart(instance: ModelInstance, latest: boolean, guarded: boolean): ModelPart {
  const { name, version, manifest, prediction } = instance;
  const prefix = `${name}_${version}`;
  const ways = [
    { path: `/v2/models/${name}/versions/${encodeURIComponent(version)}`, id: `${name}-${version}` },
  ];
  if (latest) ways.unshift({ path: `/v2/models/${name}`, id: name });
  const schemas: Record<string, Schema> = {
    [`${prefix}_InferRequest`]: inferRequestSchema(manifest),
    [`${prefix}_InferResponse`]: inferResponseSchema(manifest),
  };
  if (prediction) {
    schemas[`${prefix}_Row`] = rowSchema(manifest, instance.lookups);
    schemas[`${prefix}_PredictRequest`] = predictRequestSchema(manifest, reference(`${prefix}_Row`));
    schemas[`${prefix}_PredictResponse`] = predictResponseSchema(manifest, instance.lookups.length > 0);
  }
  const paths = ways.flatMap(({ path, id }) => [
    ...(prediction ? [[`${path}/predict`, { post: predict(instance, id, prefix, guarded) }]] : []),
    [`${path}/infer`, { post: infer(instance, id, prefix, guarded) }],
    [path, { get: question(instance, `${id}.metadata`, 'Signature, versions, digest', guarded) }],
    [`${path}/ready`, { get: question(instance, `${id}.ready`, 'Whether the model serves', false) }],
  ]);
  return { paths: Object.fromEntries(paths), schemas };
}

function predict(instance: ModelInstance, id: string, prefix: string, guarded: boolean): Node {
  const { requests, responses } = predictExamples(instance);
  return {
    operationId: `${id}.predict`,
    tags: [instance.name],
    summary: 'Predictions for rows of named values',
    description: instance.manifest.description,
    requestBody: {
      required: true,
      content: {
        ...jsonContent(reference(`${prefix}_PredictRequest`), requests),
        ...imageContent(instance.manifest),
      },
    },
    responses: {
      '200': answer(
        instance,
        'One prediction a row.',
        jsonContent(reference(`${prefix}_PredictResponse`), responses),
      ),
      ...errorResponses(predictionErrors(instance, guarded, instance.lookups.length > 0)),
    },
  };
}

/** The file itself, for a model that needs nothing else. */
function imageContent(manifest: Manifest): Node {
  const field = soleImage(manifest);
  const formats = field === undefined ? [] : (field.formats ?? DEFAULT_FORMATS);
  return Object.fromEntries(formats.map((format) => [`image/${format}`, {}]));
}

function infer(instance: ModelInstance, id: string, prefix: string, guarded: boolean): Node {
  const { requests, responses } = inferExamples(instance);
  const length = {
    name: 'Inference-Header-Content-Length',
    in: 'header',
    description: 'Length of the JSON when raw bytes of tensors follow it.',
    schema: { type: 'integer', minimum: 0 },
  };
  const raw = { 'application/octet-stream': {} };
  return {
    operationId: `${id}.infer`,
    tags: [instance.name],
    summary: 'Tensors in, tensors out (Open Inference Protocol)',
    parameters: [length],
    requestBody: {
      required: true,
      content: { ...jsonContent(reference(`${prefix}_InferRequest`), requests), ...raw },
    },
    responses: {
      '200': answer(instance, 'The outputs.', {
        ...jsonContent(reference(`${prefix}_InferResponse`), responses),
        ...raw,
      }),
      ...errorResponses(predictionErrors(instance, guarded, false)),
    },
  };
}

function question({ name }: ModelInstance, operationId: string, summary: string, guarded: boolean): Node {
  const codes = guarded ? [...ABOUT_MODEL, 'REQUEST_UNAUTHENTICATED' as const] : ABOUT_MODEL;
  return {
    ...{ operationId, tags: [name], summary },
    ...(operationId.endsWith('.ready') && { security: [] }),
    responses: { '200': ok(summary, jsonContent({ type: 'object' })), ...errorResponses(codes) },
  };
}

function ok(description: string, content: Node, headers: Node = {}): Node {
  const id = { description: 'Of the request, to find it in the log.', schema: { type: 'string' } };
  return { description, headers: { 'X-Request-Id': id, ...headers }, content };
}

/** What a model or pipeline has to say; pipelines also what they had to do without. */
function answer({ facts }: ModelInstance, description: string, content: Node): Node {
  if (facts.steps === undefined) return ok(description, content);
  const degraded = {
    description: 'Only when steps were skipped or replaced: each with cause, action and number of rows.',
    schema: { type: 'string' },
  };
  return ok(description, content, { [DEGRADED_HEADER]: degraded });
}

/** @param joined whether features of the rows come from a store */
function predictionErrors({ facts }: ModelInstance, guarded: boolean, joined: boolean): RequestErrorCode[] {
  const all = Object.keys(requestErrors) as RequestErrorCode[];
  return all.filter((code) => {
    if (code === 'REQUEST_UNAUTHENTICATED') return guarded;
    if (code.startsWith('PIPELINE_')) return facts.steps !== undefined;
    if (code.startsWith('FEATURE')) return joined;
    return !ELSEWHERE.has(code) && !code.startsWith('REPOSITORY_');
  });
}
