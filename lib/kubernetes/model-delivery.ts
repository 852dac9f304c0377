import type { EnvFromSource, KubeConfigMap, Volume, VolumeMount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { modelBaseUrlFinding } from '../core';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import { archiveBase64, MAX_EMBEDDED_BASE64_BYTES } from './embedded-archive';
import { immutableConfigMap } from './immutable-config-map';

/** Where volumes with the model are mounted. */
const MODEL_DIRECTORY = '/var/lib/inferstack/model';
const ARCHIVE = 'model.tar.gz';

export interface ModelUrlOptions {
  /**
   * Secret whose keys become environment variables of the pod, for credentials of the store: `AWS_ACCESS_KEY_ID`,
   * `AWS_ENDPOINT_URL`, `AZURE_STORAGE_KEY`, ... It is named, never written.
   * @default - the identity of the service account
   */
  readonly secretName?: string;
}

/** How the pods get the model, once bound. */
export interface BoundModel {
  /** What the runtime loads. */
  readonly uri: string;
  readonly volume?: Volume;
  readonly mount?: VolumeMount;
  readonly envFrom?: EnvFromSource;
  /** TCP port of the store that the pods must reach; undefined: the pods reach nothing. */
  readonly egressPort?: number;
  readonly configMap?: KubeConfigMap;
}

/** How the model package reaches the pods. Its digest is checked when it is loaded, whatever the way. */
export abstract class ModelDelivery {
  /** Inside an immutable ConfigMap, for packages of up to about 740 kB: nothing else is needed. */
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

  abstract check(check: Checker, context: EndpointContext): void;
  abstract bind(scope: Construct, context: EndpointContext): BoundModel;
}

class EmbeddedModel extends ModelDelivery {
  check(check: Checker, { plan }: EndpointContext): void {
    const bytes = archiveBase64(plan.model).length;
    if (bytes <= MAX_EMBEDDED_BASE64_BYTES) return;
    check.add('KUBERNETES_MODEL_TOO_LARGE', 'target.model', {
      what: 'the model package is too large for a ConfigMap',
      got: `${bytes} bytes of base64`,
      allowed: `at most ${MAX_EMBEDDED_BASE64_BYTES} bytes`,
      remedy: 'Use ModelDelivery.fromUrl with a store, or ModelDelivery.fromVolumeClaim.',
    });
  }

  bind(scope: Construct, context: EndpointContext): BoundModel {
    const configMap = immutableConfigMap(scope, 'Model', context, {
      suffix: `-model-${context.shortDigest}`,
      binaryData: { [ARCHIVE]: archiveBase64(context.plan.model) },
    });
    return {
      uri: `${MODEL_DIRECTORY}/${ARCHIVE}`,
      volume: { name: 'model', configMap: { name: configMap.name } },
      mount: { name: 'model', mountPath: MODEL_DIRECTORY, readOnly: true },
      configMap,
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
    const { secretName } = this.options;
    if (secretName !== undefined) check.objectName('target.model.secretName', secretName);
    const finding = modelBaseUrlFinding(this.baseUrl, 'secretName or by the service account');
    if (finding !== undefined) check.add('KUBERNETES_MODEL_URL', 'target.model', finding);
  }

  bind(_scope: Construct, context: EndpointContext): BoundModel {
    const { secretName } = this.options;
    const base = this.baseUrl.replace(/\/+$/, '');
    const hex = context.plan.model.digest.slice('sha256:'.length);
    return {
      uri: `${base}/${context.modelPath}/${hex}.tar.gz`,
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

  bind(_scope: Construct, context: EndpointContext): BoundModel {
    return {
      uri: `${MODEL_DIRECTORY}/${context.modelPath}`,
      volume: { name: 'model', persistentVolumeClaim: { claimName: this.claimName, readOnly: true } },
      mount: { name: 'model', mountPath: MODEL_DIRECTORY, subPath: this.subPath, readOnly: true },
    };
  }
}
