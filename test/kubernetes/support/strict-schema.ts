import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Manifest } from './manifest';

type Schema = { [key: string]: unknown };

const METADATA = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
const kubernetes = load('kubernetes-1.32');
const custom = {
  ...load('argo-rollouts-1.8'),
  ...load('gateway-api-1.3'),
  ...load('keda-2.17'),
  ...load('kserve-0.16'),
  ...load('prometheus-operator-0.83'),
};
const validators = new Map<string, ValidateFunction>();

/**
 * What the definitions of Kubernetes and of the custom resources say against a manifest, fields they do not know
 * included, as `kubectl apply --validate=strict` would. CEL rules and admission are not evaluated.
 */
export function schemaErrors(manifest: Manifest): string[] {
  const key = `${manifest.apiVersion}/${manifest.kind}`;
  const validate = validators.get(key) ?? compile(key, manifest);
  validators.set(key, validate);
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [`${manifest.kind}${instancePath}`, message, JSON.stringify(params)].join(' '),
  );
}

function load(name: string): Record<string, Schema> {
  return JSON.parse(readFileSync(path.join(__dirname, `../schemas/${name}.json`), 'utf8'));
}

function compile(key: string, { kind, apiVersion }: Manifest): ValidateFunction {
  const root = custom[key] ?? { $ref: `#/definitions/${definitionOf(kind, apiVersion)}` };
  const definitions = Object.fromEntries(Object.entries(kubernetes).map(([id, s]) => [id, strict(s)]));
  // Optional formats are checked as the API server does; the others only inform.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('byte', /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
  for (const format of ['int32', 'int64', 'double', 'date-time', 'int-or-string'])
    ajv.addFormat(format, true);
  return ajv.compile({ ...strict(root), definitions });
}

function definitionOf(kind: string, apiVersion: string): string {
  const [version, group] = apiVersion.split('/').reverse();
  const id = Object.keys(kubernetes).find((name) =>
    (kubernetes[name]!['x-kubernetes-group-version-kind'] as Schema[] | undefined)?.some(
      (gvk) => gvk['kind'] === kind && gvk['version'] === version && gvk['group'] === (group ?? ''),
    ),
  );
  if (id === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`);
  return id;
}

/** Closes every object that lists its fields. */
function strict(schema: Schema): Schema {
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) {
    return { type: ['integer', 'string'] };
  }
  const result: Schema = { ...schema };
  // A flag of Go that JavaScript lacks, on one field that is not used here.
  if (String(schema['pattern']).includes('(?i)')) delete result['pattern'];
  const { properties, items, additionalProperties } = schema as Record<string, Schema | undefined>;
  if (properties !== undefined) {
    result['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, child]) => [name, strictProperty(name, child as Schema)]),
    );
    if (schema['x-kubernetes-preserve-unknown-fields'] !== true) result['additionalProperties'] ??= false;
  }
  if (items !== undefined) result['items'] = strict(items);
  if (typeof additionalProperties === 'object') result['additionalProperties'] = strict(additionalProperties);
  return result;
}

/** Custom resources leave their metadata open; the API server knows it all the same. */
function strictProperty(name: string, schema: Schema): Schema {
  const open = name === 'metadata' && JSON.stringify(schema) === '{"type":"object"}';
  return open ? METADATA : strict(schema);
}
