import { z } from 'zod';
import { modelName, modelVersion } from '../manifest';
import {
  csvRequest,
  csvResponse,
  element,
  encoding,
  fixedWidth,
  map,
  soapRequest,
  soapResponse,
  xmlRequest,
  xmlResponse,
} from './formats';

const request = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('json'), map }),
  z.strictObject({ format: z.literal('form-urlencoded'), encoding, map }),
  csvRequest,
  z.strictObject({ ...fixedWidth, map }),
  xmlRequest,
  soapRequest,
]);

const body = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('json') }),
  z.strictObject({ format: z.literal('text'), encoding }),
  csvResponse,
  z.strictObject({ ...fixedWidth }),
  xmlResponse,
  soapResponse,
]);

const response = z.strictObject({
  body,
  map: map.describe(
    'JSONata expression from {predictions, model, version, request, requestId} to what is written; null: the predictions.',
  ),
  contentType: z.string().min(1).nullable().describe('null: that of the format.'),
  status: z.number().int().min(200).max(299),
});

const fact = z.enum(['message', 'code', 'status', 'requestId']);
const facts = z.record(z.string().min(1), fact).describe('Name in the body -> what it tells.');

const errors = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('json'), fields: facts }),
  z.strictObject({ format: z.literal('xml'), root: element, fields: facts }),
  z.strictObject({ format: z.literal('soap') }),
  z.strictObject({
    format: z.literal('text'),
    template: z
      .string()
      .min(1)
      .describe('`{message}`, `{code}`, `{status}` and `{requestId}` are filled in.'),
    encoding,
  }),
]);

export const adapterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and hyphens')
    .describe('In metrics, the log and the OpenAPI document.'),
  path: z
    .string()
    .regex(/^(\/[A-Za-z0-9._~-]+)+$/, 'a path such as /legacy/score')
    .describe('Where callers ask.'),
  methods: z
    .array(z.enum(['POST', 'PUT', 'GET']))
    .min(1)
    .describe('GET reads the query, for form-urlencoded alone.'),
  model: modelName,
  version: modelVersion.nullable().describe('null: the highest that is served.'),
  request: request.describe('How the body is read; map is a JSONata expression from it to the rows.'),
  response,
  errors: z.strictObject({
    body: errors,
    senderStatus: z
      .number()
      .int()
      .min(400)
      .max(599)
      .nullable()
      .describe('Status where the body or its values are wrong; null: that of the format.'),
  }),
  mapTimeoutMs: z.number().int().min(1).describe('Time one expression may take.'),
});

/** A route that answers callers of another system in their own format. */
export type AdapterConfig = z.output<typeof adapterSchema>;
export type AdapterRequest = AdapterConfig['request'];
export type AdapterResponse = AdapterConfig['response'];
export type AdapterErrors = AdapterConfig['errors'];
export type AdapterFact = z.output<typeof fact>;
export type RequestOf<Format extends AdapterRequest['format']> = Extract<AdapterRequest, { format: Format }>;
export type BodyOf<Format extends AdapterResponse['body']['format']> = Extract<
  AdapterResponse['body'],
  { format: Format }
>;
export type ErrorsOf<Format extends AdapterErrors['body']['format']> = Extract<
  AdapterErrors['body'],
  { format: Format }
>;

export const adaptersSchema = z
  .array(adapterSchema)
  .min(1)
  .describe('Routes for callers of other systems, in their own formats; left out: none.');
