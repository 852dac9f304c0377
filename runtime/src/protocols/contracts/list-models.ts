import { RequestError } from '../../errors';
import { jsonReply, type Reply } from '../http/reply';
import type { ContractRequest } from './contract';

/** As many as TorchServe lists where nothing is said. */
const PAGE = 100;

/** A model as TorchServe and SageMaker list it. */
export interface ListedModel {
  readonly modelName: string;
  readonly modelUrl: string;
}

/** The models that serve, in pages. */
export function listModels(request: ContractRequest): Reply {
  return page(request, servedModels(request));
}

/** Every model that serves, by the name of its own. */
export function servedModels({ parts: { repository } }: ContractRequest): ListedModel[] {
  const names = new Set(repository.instances().map(({ name }) => name));
  return [...names].sort().map((name) => ({
    modelName: name,
    modelUrl: `${name}/${repository.versions(name).at(-1)}`,
  }));
}

/** @throws RequestError REQUEST_INVALID */
export function page({ exchange }: ContractRequest, models: readonly ListedModel[]): Reply {
  const query = new URL(exchange.request.url!, 'http://localhost').searchParams;
  const start = wholeNumber(query.get('next_page_token'), 'next_page_token') ?? 0;
  const size = wholeNumber(query.get('limit'), 'limit') ?? PAGE;
  const end = start + Math.max(1, size);
  const more = end < models.length ? { nextPageToken: String(end) } : {};
  return jsonReply(JSON.stringify({ ...more, models: models.slice(start, end) }));
}

function wholeNumber(value: string | null, name: string): number | undefined {
  if (value === null || value === '') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new RequestError('REQUEST_INVALID', `${name} must be a whole number.`);
}
