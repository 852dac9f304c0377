import type { ModelInstance } from '../../../inference';
import { errorSchema } from './error-responses';
import { type ModelPart, modelPart } from './model-paths';
import type { Node } from './schema';
import { serverPaths } from './server-paths';

export interface DocumentOptions {
  /** Whether a version also answers requests that name none. */
  readonly isLatest: (instance: ModelInstance) => boolean;
  /** Whether callers have to say who they are. */
  readonly guarded: boolean;
  /** Routes of the server besides its own. @default - none */
  readonly paths?: Node;
}

interface Info {
  readonly title: string;
  readonly version: string;
  readonly description?: string | undefined;
}

/** The whole server as an OpenAPI 3.1 document. Source: https://spec.openapis.org/oas/v3.1.0 */
export function serverDocument(
  instances: readonly ModelInstance[],
  runtimeVersion: string,
  options: DocumentOptions,
): object {
  const parts = instances.map((instance) => modelPart(instance, options.isLatest(instance), options.guarded));
  const info = { title: 'inferstack', version: runtimeVersion };
  return document(
    info,
    { paths: { ...serverPaths(), ...options.paths }, schemas: {} },
    parts,
    options.guarded,
  );
}

/** One version of a model as an OpenAPI 3.1 document. */
export function modelDocument(instance: ModelInstance, options: DocumentOptions): object {
  const { name: title, version, manifest } = instance;
  const part = modelPart(instance, options.isLatest(instance), options.guarded);
  const info = { title, version, description: manifest.description };
  return document(info, { paths: {}, schemas: {} }, [part], options.guarded);
}

function document(info: Info, own: ModelPart, parts: readonly ModelPart[], guarded: boolean): object {
  const all = [own, ...parts];
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    ...(guarded && { security: [{ apiKey: [] }, { bearer: [] }] }),
    paths: Object.assign({}, ...all.map(({ paths }) => paths)),
    components: {
      schemas: { Error: errorSchema, ...Object.assign({}, ...all.map(({ schemas }) => schemas)) },
      ...(guarded && { securitySchemes: SECURITY }),
    },
  };
}

const SECURITY: Node = {
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  bearer: { type: 'http', scheme: 'bearer', description: 'A key or a JSON Web Token.' },
};
