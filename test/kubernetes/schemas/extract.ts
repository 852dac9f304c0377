import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

// Takes the schemas the tests need out of the projects' own definitions, without descriptions:
//
//   npx tsx test/kubernetes/schemas/extract.ts kubernetes-1.32 .../api/openapi-spec/swagger.json
//   npx tsx test/kubernetes/schemas/extract.ts gateway-api-1.3 .../config/crd/standard/*httproutes.yaml
//
// Sources: k8s.io/kubernetes, sigs.k8s.io/gateway-api, github.com/kedacore/keda/v2 (config/crd/bases),
// github.com/prometheus-operator/prometheus-operator (example/prometheus-operator-crd),
// github.com/argoproj/argo-rollouts v1.8.3 (manifests/crds, the files rollout-crd.yaml and analysis-template-crd.yaml) and
// github.com/kserve/kserve v0.16.0, commit 5ea59135a957f5398a11bb54adf2e7a79f03fe1b (config/crd/full, the files
// serving.kserve.io_inferenceservices.yaml and serving.kserve.io_servingruntimes.yaml), all Apache-2.0.

const KINDS = [
  'ConfigMap',
  'CronJob',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Namespace',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
];

/** Parts that are not used here; whoever uses one meets an unknown field, and takes it off this list. */
const LEFT_OUT: Record<string, readonly string[]> = {
  'serving.kserve.io/v1beta1/InferenceService': [
    ...['status', 'spec.explainer', 'spec.transformer', 'spec.predictor.workerSpec'],
    ...[
      'huggingface',
      'lightgbm',
      'onnx',
      'paddle',
      'pmml',
      'pytorch',
      'sklearn',
      'tensorflow',
      'triton',
      'xgboost',
    ].map((framework) => `spec.predictor.${framework}`),
  ],
  'serving.kserve.io/v1alpha1/ServingRuntime': ['status', 'spec.workerSpec'],
  'argoproj.io/v1alpha1/Rollout': ['status', 'spec.template'],
  'argoproj.io/v1alpha1/AnalysisTemplate': ['spec.metrics.[].provider.job'],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = { [key: string]: Json };

const [name, ...sources] = process.argv.slice(2);
const schemas = Object.assign({}, ...sources.map((file) => read(file))) as Schema;
const lines = Object.entries(schemas).map(
  ([id, schema]) => `${JSON.stringify(id)}: ${JSON.stringify(schema)}`,
);
writeFileSync(path.join(__dirname, `${name}.json`), `{\n${lines.join(',\n')}\n}\n`);

function read(file: string): Schema {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.json') ? definitions(JSON.parse(text)) : customResources(text);
}

/** Definitions of the kinds and of all they refer to, by name. */
function definitions(swagger: { definitions: Record<string, Schema> }): Schema {
  const wanted = Object.keys(swagger.definitions).filter((id) => {
    const kinds = swagger.definitions[id]!['x-kubernetes-group-version-kind'] as Schema[] | undefined;
    return (
      kinds?.length === 1 && KINDS.includes(kinds[0]!['kind'] as string) && !/\.v\dbeta|\.v\dalpha/.test(id)
    );
  });
  const found: Schema = {};
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    if (found[id] !== undefined) continue;
    found[id] = bare(swagger.definitions[id]!);
    for (const [, next] of JSON.stringify(found[id]).matchAll(/"#\/definitions\/([^"]+)"/g))
      wanted.push(next!);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `group/version/kind` -> schema, of every served version. */
function customResources(yaml: string): Schema {
  const found: Schema = {};
  for (const document of parseAllDocuments(yaml)) {
    const { spec } = document.toJS() as {
      spec: { group: string; names: { kind: string }; versions: Version[] };
    };
    for (const { name: version, schema } of spec.versions) {
      const kind = `${spec.group}/${version}/${spec.names.kind}`;
      const left = LEFT_OUT[kind] ?? [];
      found[kind] = left.reduce(without, bare(schema.openAPIV3Schema));
    }
  }
  return found;
}

interface Version {
  readonly name: string;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

/** A schema without the property at a path, in which `[]` stands for the items of a list. */
function without(schema: Schema, path: string): Schema {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (first === '[]') return { ...schema, items: without(schema['items'] as Schema, rest.join('.')) };
  const { [first]: child, ...others } = schema['properties'] as Record<string, Schema>;
  if (child === undefined) throw new Error(`there is no ${path} to leave out`);
  const kept = rest.length === 0 ? {} : { [first]: without(child, rest.join('.')) };
  return { ...schema, properties: { ...others, ...kept } };
}

/** Without descriptions, but with properties that happen to be called `description`. */
function bare<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(bare) as T;
  const kept = Object.entries(value).filter(
    ([key, child]) => key !== 'description' || typeof child !== 'string',
  );
  return Object.fromEntries(kept.map(([key, child]) => [key, bare(child)])) as T;
}
