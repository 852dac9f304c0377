import type { AdapterConfig } from '../contract';
import { announcedVersion, SOAP } from './soap/soap-version';

type Node = Readonly<Record<string, unknown>>;

/** The routes of adapters in an OpenAPI document, by path; their bodies are those of other systems and have no schema. */
export function adapterPaths(adapters: readonly AdapterConfig[]): Node {
  return Object.fromEntries(
    adapters.map((adapter) => [
      adapter.path,
      Object.fromEntries(adapter.methods.map((method) => [method.toLowerCase(), operation(adapter, method)])),
    ]),
  );
}

function operation(
  { name, methods, model, version, request, response }: AdapterConfig,
  method: string,
): Node {
  const suffix = methods.length > 1 ? `.${method.toLowerCase()}` : '';
  const versioned = version === null ? model : `${model}/${version}`;
  return {
    operationId: `adapter.${name}${suffix}`,
    summary: `Predictions of ${versioned}: ${request.format} in, ${response.body.format} out`,
    ...(method !== 'GET' && { requestBody: { required: true, content: content(requestType(request)) } }),
    responses: {
      [response.status]: {
        description: 'The predictions.',
        content: content(response.contentType ?? responseType(response.body, request)),
      },
      default: { description: 'The error, in the format of the adapter.' },
    },
  };
}

const content = (mediaType: string): Node => ({ [mediaType.split(';', 1)[0]!]: {} });

const TYPES = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
  csv: 'text/csv',
  'fixed-width': 'text/plain',
  text: 'text/plain',
  xml: 'application/xml',
} as const;

function requestType(request: AdapterConfig['request']): string {
  if (request.format !== 'soap') return TYPES[request.format];
  return SOAP[announcedVersion(undefined, request.version)].contentType;
}

function responseType(body: AdapterConfig['response']['body'], request: AdapterConfig['request']): string {
  return body.format === 'soap' ? requestType(request) : TYPES[body.format];
}
