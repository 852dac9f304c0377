import { WorkflowError } from './workflow-error';

// biome-ignore lint/suspicious/noExplicitAny: data of a workflow is JSON of any form, and wrong types throw
export type Data = any;

const isMap = (value: Data): value is Record<string, Data> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/**
 * What expressions may call without waiting.
 * Source: https://cloud.google.com/workflows/docs/reference/stdlib/overview
 */
export const LIBRARY: Readonly<Record<string, (...args: Data[]) => Data>> = {
  default: (value, otherwise) => value ?? otherwise,
  len(value) {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    if (isMap(value)) return Object.keys(value).length;
    throw new WorkflowError('TypeError', `len of ${typeof value}`);
  },
  int(value) {
    if (typeof value !== 'number') throw new WorkflowError('TypeError', `int of ${typeof value}`);
    return Math.trunc(value);
  },
  'map.get'(map, keys) {
    return [keys].flat().reduce((inner, key) => (isMap(inner) ? (inner[key] ?? null) : null), map);
  },
  'map.merge'(first, second) {
    if (!isMap(first) || !isMap(second)) throw new WorkflowError('TypeError', 'map.merge needs maps');
    return { ...first, ...second };
  },
  'text.split'(text, separator) {
    if (typeof text !== 'string') throw new WorkflowError('TypeError', `text.split of ${typeof text}`);
    return text.split(separator);
  },
  'json.encode_to_string': (value) => JSON.stringify(value),
  'json.decode'(text) {
    try {
      return JSON.parse(text instanceof Uint8Array ? Buffer.from(text).toString() : text);
    } catch (error) {
      throw new WorkflowError('ValueError', String(error));
    }
  },
  'base64.decode'(text) {
    if (typeof text !== 'string') throw new WorkflowError('TypeError', 'base64.decode needs text');
    return new Uint8Array(Buffer.from(text, 'base64'));
  },
};
