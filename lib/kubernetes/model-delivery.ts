import type { ModelPackage } from '@inferstack/runtime/model';
import type { EnvFromSource, KubeConfigMap, Volume, VolumeMount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { digestHex, modelBaseUrlFinding, packagePath } from '../core';
import type { Checker } from './checker';
import { type ObjectContext, packageAnnotations, shortDigest } from './context';
import { archiveBase64, MAX_EMBEDDED_BASE64_BYTES } from './embedded-archive';
import { immutableConfigMap } from './immutable-config-map';

/** Where the volume with the main model, or with all, is mounted; those of further ones beside it. */
const MODEL_DIRECTORY = '/var/lib/inferstack/model';
const FURTHER_MODELS = '/var/lib/inferstack/models';
const ARCHIVE = 'model.tar.gz';

export interface ModelUrlOptions {
  /**
   * Secret whose keys become environment variables of the pod, for credentials of the store: `AWS_ACCESS_KEY_ID`,
   * `AWS_ENDPOINT_URL`, `AZURE_STORAGE_KEY`, ... It is named, never written.
   * @default - the identity of the service account
   */
  readonly secretName?: string;
}

/** How the pods get the models, once bound. */
export interface BoundModels {
  /** What the runtime loads, in the order of the plan. */
  readonly uris: readonly string[];
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  readonly envFrom?: EnvFromSource;
  /** TCP port of the store that the pods must reach; undefined: the pods reach nothing. */
  readonly egressPort?: number;
  readonly configMaps: readonly KubeConfigMap[];
}

/** How the model packages reach the pods. Their digests are checked when they are loaded, whatever the way. */
export abstract class ModelDelivery {
  /** Each inside an immutable ConfigMap, for packages of up to about 740 kB: nothing else is needed. */
  static embedded(): ModelDelivery {
    return new EmbeddedModel();
  }

  /**
   * From a store or web server that holds `<model>/<version>/<digest hex>.tar.gz` below the URL.
   *
   * @param baseUrl `s3://bucket/prefix`, `gs://bucket/prefix`, `azblob://account/container/prefix` or
   *   `https://host/prefix`; plain http is refused.
   */
  static fromUrl(baseUrl: string, options: ModelUrlOptions = {}): ModelDelivery {
    return new UrlModel(baseUrl, options);
  }

  /**
   * From a volume that holds package directories as `<model>/<version>/`, mounted read-only.
   *
   * @param claimName PersistentVolumeClaim in the endpoint's namespace.
   * @param subPath directory of the volume below which the packages lie; the root by default.
   */
  static fromVolumeClaim(claimName: string, subPath?: string): ModelDelivery {
    return new VolumeModel(claimName, subPath);
  }

  abstract check(check: Checker, context: ObjectContext): void;
  abstract bind(scope: Construct, context: ObjectContext): BoundModels;
}

class EmbeddedModel extends ModelDelivery {
  check(check: Checker, { plan }: ObjectContext): void {
    for (const model of plan.models) {
      const bytes = archiveBase64(model).length;
      if (bytes <= MAX_EMBEDDED_BASE64_BYTES) continue;
      check.add('KUBERNETES_MODEL_TOO_LARGE', 'target.model', {
        what: `the package of ${model.manifest.name} is too large for a ConfigMap`,
        got: `${bytes} bytes of base64`,
        allowed: `at most ${MAX_EMBEDDED_BASE64_BYTES} bytes`,
        remedy: 'Use ModelDelivery.fromUrl with a store, or ModelDelivery.fromVolumeClaim.',
      });
    }
  }

  bind(scope: Construct, context: ObjectContext): BoundModels {
    const [main, ...others] = context.plan.models;
    const bound = [
      embed(scope, context, main, { id: 'Model', volume: 'model', directory: MODEL_DIRECTORY }),
      ...others.map((model) => {
        const volume = `model-${shortDigest(model)}`;
        const directory = `${FURTHER_MODELS}/${shortDigest(model)}`;
        return embed(scope, context, model, { id: `Model-${shortDigest(model)}`, volume, directory });
      }),
    ];
    return {
      uris: bound.map(({ mount }) => `${mount.mountPath}/${ARCHIVE}`),
      volumes: bound.map(({ volume }) => volume),
      mounts: bound.map(({ mount }) => mount),
      configMaps: bound.map(({ configMap }) => configMap),
    };
  }
}

interface EmbeddedPlace {
  readonly id: string;
  readonly volume: string;
  readonly directory: string;
}

function embed(scope: Construct, context: ObjectContext, model: ModelPackage, place: EmbeddedPlace) {
  const configMap = immutableConfigMap(scope, place.id, context, {
    suffix: `-model-${shortDigest(model)}`,
    annotations: packageAnnotations(model),
    binaryData: { [ARCHIVE]: archiveBase64(model) },
  });
  const volume: Volume = { name: place.volume, configMap: { name: configMap.name } };
  const mount: VolumeMount = { name: place.volume, mountPath: place.directory, readOnly: true };
  return { volume, mount, configMap };
}

const NOTHING_MOUNTED = { volumes: [], mounts: [], configMaps: [] };

class UrlModel extends ModelDelivery {
  constructor(
    private readonly baseUrl: string,
    private readonly options: ModelUrlOptions,
  ) {
    super();
  }

  check(check: Checker): void {
    const { secretName } = this.options;
    if (secretName !== undefined) check.objectName('target.model.secretName', secretName);
    const finding = modelBaseUrlFinding(this.baseUrl, 'secretName or by the service account');
    if (finding !== undefined) check.add('KUBERNETES_MODEL_URL', 'target.model', finding);
  }

  bind(_scope: Construct, context: ObjectContext): BoundModels {
    const { secretName } = this.options;
    const base = this.baseUrl.replace(/\/+$/, '');
    return {
      uris: context.plan.models.map((model) => `${base}/${packagePath(model)}/${digestHex(model)}.tar.gz`),
      ...NOTHING_MOUNTED,
      envFrom: secretName === undefined ? undefined : { secretRef: { name: secretName } },
      egressPort: Number(new URL(this.baseUrl).port) || 443,
    };
  }
}

class VolumeModel extends ModelDelivery {
  constructor(
    private readonly claimName: string,
    private readonly subPath: string | undefined,
  ) {
    super();
  }

  check(check: Checker): void {
    check.objectName('target.model.claimName', this.claimName);
    const { subPath } = this;
    if (subPath === undefined || !/^\/|^$|(^|\/)\.\.(\/|$)/.test(subPath)) return;
    check.add('KUBERNETES_OPTION', 'target.model.subPath', {
      what: 'the directory must lie inside the volume',
      got: subPath,
      allowed: 'a relative path without ..',
      remedy: 'Name the directory relative to the root of the volume.',
    });
  }

  bind(_scope: Construct, context: ObjectContext): BoundModels {
    return {
      uris: context.plan.models.map((model) => `${MODEL_DIRECTORY}/${packagePath(model)}`),
      volumes: [{ name: 'model', persistentVolumeClaim: { claimName: this.claimName, readOnly: true } }],
      mounts: [{ name: 'model', mountPath: MODEL_DIRECTORY, subPath: this.subPath, readOnly: true }],
      configMaps: [],
    };
  }
}
