import type { ModelPackage } from '@inferstack/runtime/model';
import type { Construct } from 'constructs';
import { digestHex, modelBaseUrlFinding, packagePath } from '../core';
import type { Checker } from './checker';
import { ComposeDirectory } from './compose-elements';
import type { EndpointContext } from './context';
import { literal, type ServiceDefinition, type VolumeDefinition } from './service-definition';

/** Where the main model is mounted when it is bundled; further ones beside it. */
const MODEL_DIRECTORY = '/var/lib/inferstack/model';
const FURTHER_MODELS = '/var/lib/inferstack/models';

export interface ModelUrlOptions {
  /**
   * File on the host with credentials of the store as `NAME=value` lines: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`,
   * `AZURE_STORAGE_KEY`, ... It is named, never read or written.
   * @default - none
   */
  readonly envFile?: string;
}

/** How the replicas get the models, once bound. */
export interface BoundModels {
  /** What the runtime loads, in the order of the plan. */
  readonly uris: readonly string[];
  readonly volumes: VolumeDefinition[];
  readonly envFile?: ServiceDefinition['env_file'];
  /** Whether replicas must reach hosts outside. */
  readonly egress: boolean;
}

/** How the model packages reach the replicas. Their digests are checked when they are loaded, whatever the way. */
export abstract class ModelDelivery {
  /** Each copied beside the Compose file, into a directory named after its digest, and mounted read-only. */
  static bundled(): ModelDelivery {
    return new BundledModel();
  }

  /**
   * From a store or web server that holds `<model>/<version>/<digest hex>.tar.gz` below the URL. The replicas can then
   * reach other hosts; with a bundled model they cannot.
   *
   * @param baseUrl `s3://bucket/prefix`, `gs://bucket/prefix`, `azblob://account/container/prefix` or
   *   `https://host/prefix`; plain http is refused.
   */
  static fromUrl(baseUrl: string, options: ModelUrlOptions = {}): ModelDelivery {
    return new UrlModel(baseUrl, options);
  }

  abstract check(check: Checker): void;
  abstract bind(scope: Construct, context: EndpointContext): BoundModels;
}

class BundledModel extends ModelDelivery {
  check(): void {}

  bind(scope: Construct, context: EndpointContext): BoundModels {
    const [main, ...others] = context.plan.models;
    const volumes = [
      bundle(scope, 'Model', main, MODEL_DIRECTORY),
      ...others.map((model) => {
        const hex = digestHex(model);
        return bundle(scope, `Model-${hex.slice(0, 16)}`, model, `${FURTHER_MODELS}/${hex}`);
      }),
    ];
    return { uris: volumes.map(({ target }) => target), volumes, egress: false };
  }
}

/** Copies a package beside the Compose file, for a mount at `target`. */
function bundle(scope: Construct, id: string, model: ModelPackage, target: string): VolumeDefinition {
  const { directory, files } = model;
  const copy = `models/${packagePath(model)}/${digestHex(model)}`;
  new ComposeDirectory(
    scope,
    id,
    copy,
    directory,
    files.map(({ path }) => path),
  );
  return {
    type: 'bind',
    source: literal(`./${copy}`),
    target,
    read_only: true,
    bind: { create_host_path: false },
  };
}

class UrlModel extends ModelDelivery {
  constructor(
    private readonly baseUrl: string,
    private readonly options: ModelUrlOptions,
  ) {
    super();
  }

  check(check: Checker): void {
    const { envFile } = this.options;
    if (envFile !== undefined) check.hostFile('target.model.envFile', envFile);
    const finding = modelBaseUrlFinding(this.baseUrl, 'envFile');
    if (finding !== undefined) check.add('COMPOSE_MODEL_URL', 'target.model', finding);
  }

  bind(_scope: Construct, context: EndpointContext): BoundModels {
    const { envFile } = this.options;
    const base = this.baseUrl.replace(/\/+$/, '');
    return {
      uris: context.plan.models.map((model) => `${base}/${packagePath(model)}/${digestHex(model)}.tar.gz`),
      volumes: [],
      // raw: a password may hold a dollar sign or quotes.
      envFile: envFile === undefined ? undefined : [{ path: envFile, required: true, format: 'raw' }],
      egress: true,
    };
  }
}
