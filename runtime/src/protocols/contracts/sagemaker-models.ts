import { existsSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../../contract';
import { RequestError } from '../../errors';
import { packageDigest } from '../../model';
import { jsonReply, type Reply } from '../http/reply';
import type { ContractEntry, ContractParts, ContractRequest } from './contract';
import { type ListedModel, page, servedModels } from './list-models';
import type { ModelAlias } from './model-aliases';
import { asBody } from './named-body';
import { readLenientJson } from './read-json';

/**
 * How SageMaker loads, lists and unloads models of an endpoint with several. It makes the names up: a model is known by
 * the digest of the package it points to, and only what is configured is ever loaded.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
 */
export const sagemakerModels: readonly ContractEntry[] = [
  {
    method: 'POST',
    path: '/models',
    label: 'sagemaker_load',
    summary: 'loads `url`, a configured model by the digest of the package there, under `model_name`',
    control: true,
    answer: load,
  },
  {
    method: 'GET',
    path: '/models',
    label: 'sagemaker_models',
    summary: 'the models that serve',
    control: true,
    answer: (request) => page(request, listed(request)),
  },
  {
    method: 'GET',
    path: '/models/{model}',
    label: 'sagemaker_model',
    summary: 'name and place of a model that serves, else 404',
    control: true,
    answer: (request) => {
      const name = request.path.model!;
      request.parts.service.model(request.model, request.version);
      return jsonReply(JSON.stringify(listed(request).find(({ modelName }) => modelName === name) ?? {}));
    },
  },
  {
    method: 'DELETE',
    path: '/models/{model}',
    label: 'sagemaker_unload',
    summary: 'unloads a model; 404 when it does not serve',
    control: true,
    answer: unload,
  },
];

async function load(request: ContractRequest): Promise<Reply> {
  const { exchange, parts } = request;
  const body = asBody(await readLenientJson(exchange, parts.limits.maxBodyBytes));
  const { model_name: name, url } = body;
  if (typeof name !== 'string' || name === '' || typeof url !== 'string' || url === '') {
    throw new RequestError('REQUEST_INVALID', 'model_name and url must be strings.');
  }
  if (parts.aliases.has(name) || isServed(parts, { model: name, version: undefined })) {
    throw new RequestError('MODEL_ALREADY_LOADED', `Model ${name.slice(0, 128)} is loaded already.`);
  }
  const alias = find(parts, name, url);
  if (!isServed(parts, alias)) await parts.repository.load(alias.model, { version: alias.version });
  if (alias.model !== name) parts.aliases.set(name, alias);
  return jsonReply('{}');
}

/** @throws RequestError MODEL_NOT_FOUND, REPOSITORY_LOAD_FAILED */
function find({ repository, digests }: ContractParts, name: string, url: string): ModelAlias {
  if (repository.versions(name).length > 0) return { model: name, version: undefined, url };
  const known = digests.get(digestAt(url));
  if (known !== undefined) return { model: known.name, version: known.version, url };
  const message =
    'The package at url is none of those configured: what may be served is pinned by its digest.';
  throw new RequestError('MODEL_NOT_FOUND', message);
}

/** The manifest is looked for first: nobody is to have a whole disk hashed. */
function digestAt(url: string): string {
  if (!existsSync(path.join(url, 'model.yaml'))) throw noPackage();
  try {
    return packageDigest(url).digest;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw noPackage(error);
  }
}

function noPackage(cause?: unknown): RequestError {
  return new RequestError('REPOSITORY_LOAD_FAILED', 'There is no model package at url.', { cause });
}

function isServed({ repository }: ContractParts, { model, version }: Omit<ModelAlias, 'url'>): boolean {
  return repository
    .instances()
    .some((instance) => instance.name === model && (version === undefined || instance.version === version));
}

async function unload(request: ContractRequest): Promise<Reply> {
  const { parts, model, version } = request;
  const name = request.path.model!;
  parts.service.model(model, version);
  const others = [...parts.aliases].some(([alias, other]) => alias !== name && other.model === model);
  if (!others) await parts.repository.unload(model, { version });
  parts.aliases.delete(name);
  return jsonReply('{}');
}

/** Models by the names SageMaker gave, and the others by their own. */
function listed(request: ContractRequest): ListedModel[] {
  const { parts } = request;
  const given = [...parts.aliases].filter(([, alias]) => isServed(parts, alias));
  const renamed = new Set(given.map(([, { model }]) => model));
  return [
    ...given.map(([modelName, { url }]) => ({ modelName, modelUrl: url })),
    ...servedModels(request).filter(({ modelName }) => !renamed.has(modelName)),
  ];
}
