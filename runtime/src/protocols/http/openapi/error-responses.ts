import { type RequestErrorCode, requestErrors } from '../../../errors';
import { jsonContent, type Node, reference, type Schema } from './schema';

/** What every failed request is told. */
export const errorSchema: Schema = {
  type: 'object',
  required: ['error', 'code', 'requestId'],
  properties: {
    error: { type: 'string', description: 'What is wrong, for people.' },
    code: { enum: Object.keys(requestErrors), description: 'What is wrong, for programs; never changes.' },
    problems: {
      type: 'array',
      description: 'Every single thing that is wrong.',
      items: {
        type: 'object',
        required: ['code', 'at', 'what', 'remedy'],
        properties: Object.fromEntries(
          ['code', 'at', 'what', 'got', 'allowed', 'remedy'].map((name) => [name, { type: 'string' }]),
        ),
      },
    },
    omittedProblems: { type: 'integer', minimum: 1, description: 'Problems beyond those listed.' },
    requestId: { type: 'string', description: 'To find the request in the log.' },
  },
};

const RETRY_AFTER: Node = {
  description: 'Seconds until a new attempt makes sense.',
  schema: { type: 'integer', minimum: 0 },
};

/** Responses by status, from the one table of errors. */
export function errorResponses(codes: readonly RequestErrorCode[]): Node {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      response(
        status,
        codes.filter((code) => statusOf(code) === status),
      ),
    ]),
  );
}

function response(status: number, codes: readonly RequestErrorCode[]): Node {
  const description = codes.map((code) => `\`${code}\`: ${requestErrors[code].summary}`).join('\n\n');
  const schema = { allOf: [reference('Error'), { properties: { code: { enum: codes } } }] };
  const headers = status === 429 ? { headers: { 'Retry-After': RETRY_AFTER } } : {};
  return { description, ...headers, content: jsonContent(schema) };
}

const statusOf = (code: RequestErrorCode): number => requestErrors[code].http;
