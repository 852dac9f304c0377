/** A model in a registry, as the app names it: what is resolved into a lock entry. */
export type SourceRequest =
  | { readonly kind: 'uri'; readonly uri: string }
  | {
      readonly kind: 'mlflow';
      /** `models:/<name>/<version>` or `models:/<name>@<alias>`. */
      readonly model: string;
      readonly trackingUri?: string;
    }
  | {
      readonly kind: 'dvc';
      /** The tracked file or directory, relative to the working directory. */
      readonly path: string;
      readonly remote?: string;
      /** What the `.dvc` file said when the lock was written, `md5:<hex>`; only in a resolved address. */
      readonly hash?: string;
    }
  | { readonly kind: 'oci'; readonly reference: string }
  | {
      readonly kind: 'wandb';
      /** `<entity>/<project>/<artifact>:<alias or version>`. */
      readonly artifact: string;
      readonly baseUrl?: string;
    };

export type SourceKind = SourceRequest['kind'];

/** What is locked for one source. */
export interface LockEntry {
  /** Digest of the package, `sha256:<hex>`. */
  readonly digest: string;
  /** Name and version from the manifest, so that a change of the lock reads by itself. */
  readonly model: string;
  /** Where the very same package is found again, whatever tags and aliases do since. */
  readonly resolved: SourceRequest;
}

/** The name of a source in the lock file and in messages: `mlflow models:/credit-risk@champion`. */
export function sourceKey(request: SourceRequest): string {
  switch (request.kind) {
    case 'uri':
      return `uri ${request.uri}`;
    case 'mlflow':
      return `mlflow ${request.model}${on(request.trackingUri)}`;
    case 'dvc':
      return `dvc ${request.path}${on(request.remote)}`;
    case 'oci':
      return `oci ${request.reference}`;
    case 'wandb':
      return `wandb ${request.artifact}${on(request.baseUrl)}`;
  }
}

const on = (place: string | undefined): string => (place === undefined ? '' : ` on ${place}`);
