import path from 'node:path';
import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import { checkRequest, openLocked, type SourceRequest } from './model-lock';

export interface MlflowSourceOptions {
  /**
   * Address of the tracking server, `https://host[:port][/path]`.
   *
   * @default - MLFLOW_TRACKING_URI of the environment in which the lock is written
   */
  readonly trackingUri?: string;
}

export interface WandbSourceOptions {
  /**
   * Address of a server of your own, `https://host[:port][/path]`.
   *
   * @default - WANDB_BASE_URL of the environment in which the lock is written, else https://api.wandb.ai
   */
  readonly baseUrl?: string;
}

export interface DvcSourceOptions {
  /**
   * Where `dvc push` puts the data: a directory, an address (s3, gs, azblob, https), or a name from `.dvc/config`.
   *
   * @default - the default remote of `.dvc/config`
   */
  readonly remote?: string;
}

/**
 * Where the trained model comes from. It is read and checked when the app is synthesized.
 *
 * A model in a registry is resolved by `inferstack model lock`, which pins its digest in `inferstack.lock.json` and
 * downloads it into `.inferstack/models`. Synthesis reads these two and never the network, so it gives the same result
 * until the lock changes. Without them `bind` throws a ProblemError LOCK_*.
 */
export abstract class ModelSource {
  /**
   * A model package on disk: `model.yaml`, the ONNX graph, golden samples, baseline.
   *
   * @param directory absolute, or relative to the working directory.
   */
  static fromDirectory(directory: string): ModelSource {
    return new DirectorySource(path.resolve(directory));
  }

  /**
   * A package archive (`inferstack model pack`) on a web server or in an object store.
   *
   * @param uri `https://host/x.tar.gz`, `s3://bucket/key`, `gs://bucket/key` or `azblob://account/container/path`.
   * @throws ProblemError SOURCE_INVALID, also for an address with a user name or query, since it is committed.
   */
  static fromUri(uri: string): ModelSource {
    return new LockedSource({ kind: 'uri', uri });
  }

  /**
   * A version of a registered MLflow model whose artifact is a package: its directory or its archive.
   *
   * @param model `models:/<name>@<alias>` or `models:/<name>/<version>`.
   * @throws ProblemError SOURCE_INVALID
   */
  static fromMlflow(model: string, options: MlflowSourceOptions = {}): ModelSource {
    return new LockedSource({ kind: 'mlflow', model, ...options });
  }

  /**
   * A package tracked with DVC 3: its directory or its archive, of which Git has the `.dvc` file.
   *
   * @param path of the tracked directory or file, with or without `.dvc`, relative to the working directory.
   * @throws ProblemError SOURCE_INVALID
   */
  static fromDvc(path: string, options: DvcSourceOptions = {}): ModelSource {
    return new LockedSource({ kind: 'dvc', path, ...options });
  }

  /**
   * An OCI artifact whose one layer is a package archive, as `oras push` makes it.
   *
   * @param reference `<host>[:port]/<repository>[:tag][@sha256:<hex>]`; the host is never implied.
   * @throws ProblemError SOURCE_INVALID
   */
  static fromOci(reference: string): ModelSource {
    return new LockedSource({ kind: 'oci', reference });
  }

  /**
   * A version of a Weights & Biases artifact that is a package: its directory or its archive.
   *
   * @param artifact `<entity>/<project>/<artifact>:<alias>` or `...:v<number>`.
   * @throws ProblemError SOURCE_INVALID
   */
  static fromWandb(artifact: string, options: WandbSourceOptions = {}): ModelSource {
    return new LockedSource({ kind: 'wandb', artifact, ...options });
  }

  /** @throws ProblemError listing everything that is wrong with the package. */
  abstract bind(): ModelPackage;
}

class DirectorySource extends ModelSource {
  constructor(private readonly directory: string) {
    super();
  }

  bind(): ModelPackage {
    return openModelPackage(this.directory);
  }
}

class LockedSource extends ModelSource {
  constructor(private readonly request: SourceRequest) {
    super();
    checkRequest(request);
  }

  bind(): ModelPackage {
    return openLocked(this.request);
  }
}
