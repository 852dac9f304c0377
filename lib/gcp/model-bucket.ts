import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { Checker } from './checker';
import type { ResourceContext } from './context';
import { bucketName } from './names';

/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET_NAME = /^(?!goog|.*google)[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const BUCKET_RULES = '3 or more lower-case letters, digits, dashes, underscores and dots, without "google"';

export interface CreatedBucketOptions {
  /** Name, unique in the world. @default - `<project>-<endpoint>-models` */
  readonly name?: string;
  /** Where the packages are kept: a region, `EU`, `US`, ... @default - the region of the endpoint */
  readonly location?: string;
  /**
   * Key of Cloud KMS the packages are encrypted with, by its id
   * (`projects/.../locations/.../keyRings/.../cryptoKeys/...`); Cloud Storage gets the right to use it.
   * @default - a key of Google
   */
  readonly encryptionKey?: string;
}

/** A key of Cloud KMS, by its id. */
export function checkKey(check: Checker, option: string, encryptionKey: string | undefined): void {
  if (encryptionKey === undefined) return;
  const key = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;
  const shape = 'projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>';
  check.text('GCP_NAME', option, encryptionKey, key, shape);
}

/** A bucket, once bound. */
export interface BoundBucket {
  readonly name: string;
  /** undefined: yours. */
  readonly bucket: StorageBucket | undefined;
}

/** The bucket of the model packages. */
export abstract class ModelBucket {
  /** A bucket of its own: never public, versioned, not deleted while it holds a package. */
  static created(options: CreatedBucketOptions = {}): ModelBucket {
    return new CreatedBucket(options);
  }

  /**
   * One of yours, with uniform bucket-level access: the rights of an endpoint end at its own folder.
   *
   * @param name of the bucket
   */
  static existing(name: string): ModelBucket {
    return new ExistingBucket(name);
  }

  abstract check(check: Checker): void;
  abstract bind(scope: Construct, context: ResourceContext): BoundBucket;
}

class CreatedBucket extends ModelBucket {
  constructor(private readonly options: CreatedBucketOptions) {
    super();
  }

  check(check: Checker): void {
    const { name, encryptionKey } = this.options;
    if (name !== undefined)
      check.text('GCP_NAME', 'target.modelBucket.name', name, BUCKET_NAME, BUCKET_RULES);
    checkKey(check, 'target.modelBucket.encryptionKey', encryptionKey);
  }

  bind(scope: Construct, context: ResourceContext): BoundBucket {
    const { name, location, encryptionKey } = this.options;
    const bucket = new StorageBucket(scope, 'Bucket', {
      name: name === undefined ? bucketName(context.project, context.name) : literal(name),
      project: context.project,
      location: literal(location ?? context.region),
      labels: context.labels,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      forceDestroy: false,
      ...encrypted(scope, context, encryptionKey),
    });
    return { name: bucket.name, bucket };
  }
}

/** Cloud Storage encrypts by an account of its own, one per project, which needs the key before the bucket exists. */
function encrypted(scope: Construct, { project }: ResourceContext, key: string | undefined) {
  if (key === undefined) return {};
  const agent = new DataGoogleStorageProjectServiceAccount(scope, 'StorageAgent', { project });
  const grant = new KmsCryptoKeyIamMember(scope, 'BucketKeyAccess', {
    cryptoKeyId: literal(key),
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: agent.member,
  });
  return { encryption: { defaultKmsKeyName: literal(key) }, dependsOn: [grant] };
}

class ExistingBucket extends ModelBucket {
  constructor(private readonly name: string) {
    super();
  }

  check(check: Checker): void {
    check.text('GCP_NAME', 'target.modelBucket', this.name, BUCKET_NAME, BUCKET_RULES);
  }

  bind(): BoundBucket {
    return { name: literal(this.name), bucket: undefined };
  }
}
