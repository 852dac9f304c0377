import type { Construct } from 'constructs';
import { modelBaseUrlFinding } from '../core';
import type { Checker } from './checker';
import { ComposeDirectory } from './compose-elements';
import type { EndpointContext } from './context';
import { literal, type ServiceDefinition, type VolumeDefinition } from './service-definition';

/** Where a bundled model is mounted. */
const MODEL_DIRECTORY = '/var/lib/inferstack/model';

export interface ModelUrlOptions {
  /**
   * File on the host with credentials of the store as `NAME=value` lines: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`,
   * `AZURE_STORAGE_KEY`, ... It is named, never read or written.
   * @default - none
   */
  readonly envFile?: string;
}

/** How the replicas get the model, once bound. */
export interface BoundModel {
  /** What the runtime loads. */
  readonly uri: string;
  readonly volumes: VolumeDefinition[];
  readonly envFile?: ServiceDefinition['env_file'];
  /** Whether replicas must reach hosts outside. */
  readonly egress: boolean;
}

/** How the model package reaches the replicas. Its digest is checked when it is loaded, whatever the way. */
export abstract class ModelDelivery {
  /** Copied beside the Compose file, into a directory named after its digest, and mounted read-only. */
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
  abstract bind(scope: Construct, context: EndpointContext): BoundModel;
}

class BundledModel extends ModelDelivery {
  check(): void {}

  bind(scope: Construct, context: EndpointContext): BoundModel {
    const { directory, files } = context.plan.model;
    const target = `models/${context.modelPath}/${context.digestHex}`;
    new ComposeDirectory(
      scope,
      'Model',
      target,
      directory,
      files.map((file) => file.path),
    );
    return {
      uri: MODEL_DIRECTORY,
      volumes: [
        {
          type: 'bind',
          source: literal(`./${target}`),
          target: MODEL_DIRECTORY,
          read_only: true,
          bind: { create_host_path: false },
        },
      ],
      egress: false,
    };
  }
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

  bind(_scope: Construct, context: EndpointContext): BoundModel {
    const { envFile } = this.options;
    const base = this.baseUrl.replace(/\/+$/, '');
    return {
      uri: `${base}/${context.modelPath}/${context.digestHex}.tar.gz`,
      volumes: [],
      // raw: a password may hold a dollar sign or quotes.
      envFile: envFile === undefined ? undefined : [{ path: envFile, required: true, format: 'raw' }],
      egress: true,
    };
  }
}
