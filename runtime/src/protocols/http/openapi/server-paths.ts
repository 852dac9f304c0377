import { type RequestErrorCode, requestErrors } from '../../../errors';
import { errorResponses } from './error-responses';
import { jsonContent, type Node } from './schema';

const OBJECT = { type: 'object' };
const CONTROL: readonly RequestErrorCode[] = [
  ...['REQUEST_SYNTAX', 'REQUEST_INVALID', 'REPOSITORY_CONTROL_OFF', 'REPOSITORY_LOAD_FAILED'],
  ...['MODEL_NOT_FOUND', 'MODEL_VERSION_NOT_FOUND', 'INTERNAL'],
] as RequestErrorCode[];

/** What can be asked of the server whatever models it has. */
export function serverPaths(): Node {
  const probe = { security: [], responses: readiness() };
  return {
    '/v2': { get: question('server.metadata', 'Name, version and extensions of the server') },
    '/v2/health/live': {
      get: { ...question('server.live', 'Whether the process answers'), security: [] },
    },
    '/v2/health/ready': {
      get: { operationId: 'server.ready', summary: 'Whether the process wants traffic', ...probe },
    },
    '/v2/openapi.json': { get: question('server.openapi', 'This document') },
    '/v2/repository/index': { post: control('repository.index', 'Configured models and their states', []) },
    '/v2/repository/models/{model}/load': { post: control('repository.load', 'Loads a model', [MODEL]) },
    '/v2/repository/models/{model}/unload': {
      post: control('repository.unload', 'Takes a model out of service', [MODEL]),
    },
  };
}

const MODEL = { name: 'model', in: 'path', required: true, schema: { type: 'string' } };

function question(operationId: string, summary: string): Node {
  return { operationId, summary, responses: { '200': answer(summary) } };
}

function control(operationId: string, summary: string, parameters: readonly Node[]): Node {
  const requestBody = { content: jsonContent(OBJECT) };
  const responses = { '200': { description: summary, content: jsonContent({}) }, ...errorResponses(CONTROL) };
  return { operationId, summary, ...(parameters.length > 0 && { parameters }), requestBody, responses };
}

function readiness(): Node {
  return { '200': answer('It does.'), '503': answer(requestErrors.MODEL_NOT_READY.summary) };
}

function answer(description: string): Node {
  return { description, content: jsonContent(OBJECT) };
}
