import { type Problem, show } from '@inferstack/runtime/contract';
import type { Platform } from '../target';
import { isUnresolved } from '../unresolved';

/** Files in Amazon S3. */
export interface S3Place {
  /** Name of the bucket. */
  readonly bucket: string;
  /** File, folder or pattern: `daily/`, `daily/2026-*.parquet`. @default - the whole bucket */
  readonly path?: string;
  /** ARN of the key the bucket is encrypted with, when that is one of yours. @default - none */
  readonly kmsKeyArn?: string;
}

/** Files in a container of Azure Blob Storage. */
export interface BlobPlace {
  /** `/subscriptions/.../storageAccounts/<name>`. */
  readonly storageAccountId: string;
  readonly container: string;
  /** File, folder or pattern. @default - the whole container */
  readonly path?: string;
}

/** Files in Google Cloud Storage. */
export interface GcsPlace {
  /** Name of the bucket. */
  readonly bucket: string;
  /** File, folder or pattern. @default - the whole bucket */
  readonly path?: string;
}

/** Files on a volume: a PersistentVolumeClaim in the namespace of the job. */
export interface ClaimPlace {
  readonly claim: string;
  /** File, folder or pattern on the volume. @default - the whole volume */
  readonly path?: string;
}

/** Where files are, on each platform that they are on. */
export interface DataPlaces {
  readonly aws?: S3Place;
  readonly azure?: BlobPlace;
  readonly gcp?: GcsPlace;
  readonly kubernetes?: ClaimPlace;
  /** Path on this machine, for `inferstack run`; relative to the working directory. */
  readonly local?: string;
}

/** Platforms that have files to score, and this machine. */
export type DataPlatform = Exclude<Platform, 'compose'> | 'local';

/**
 * Where files are on each platform, so that one definition runs on all of them.
 *
 * @example
 * DataLocation.at({ aws: { bucket: 'patients', path: 'daily/' }, local: 'data/daily/' })
 */
export class DataLocation {
  /** One place for each platform the job may run on. */
  static at(places: DataPlaces): DataLocation {
    return new DataLocation(places);
  }

  private constructor(private readonly places: DataPlaces) {}

  bind(at: string, problems: Problem[]): DataPlaces {
    const given = Object.entries(this.places).filter(([, place]) => place !== undefined);
    if (given.length === 0) problems.push(nowhere(at));
    for (const [platform, place] of given) {
      const fields =
        typeof place === 'string' ? { path: place } : (place as Record<string, string | undefined>);
      for (const [field, value] of Object.entries(fields)) {
        const rule = RULES[`${platform}.${field}`] ?? PATH;
        if (value === undefined || isUnresolved(value) || rule.pattern.test(value)) continue;
        problems.push(unusable(`${at}.${platform}.${field}`, value, rule.allowed));
      }
    }
    return Object.fromEntries(given);
  }
}

interface Rule {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** Below a bucket, container or volume: never out of it. */
const PATH: Rule = {
  pattern: /^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\s\\"'<>|?[\]]*$/,
  allowed:
    'a path below it, without a leading slash, dots as folders, and special characters but *: daily/, daily/*.csv',
};

const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';

/** By platform and field; each as its platform spells them. */
const RULES: Readonly<Record<string, Rule>> = {
  'aws.bucket': { pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, allowed: 'the name of a bucket' },
  'aws.kmsKeyArn': {
    pattern: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
    allowed: 'arn:aws:kms:<region>:<account>:key/<id>; an alias gives no right',
  },
  'azure.storageAccountId': {
    pattern:
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[a-z0-9]{3,24}$/i,
    allowed: '/subscriptions/.../providers/Microsoft.Storage/storageAccounts/<name>',
  },
  'azure.container': {
    pattern: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
    allowed: 'the name of a container',
  },
  'gcp.bucket': { pattern: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, allowed: 'the name of a bucket' },
  'kubernetes.claim': {
    pattern: new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`),
    allowed: 'the name of a PersistentVolumeClaim',
  },
  'local.path': { pattern: /^[^\0]+$/, allowed: 'a path on this machine' },
};

const nowhere = (at: string): Problem => ({
  code: 'PLAN_DATA',
  at,
  what: 'the files are nowhere',
  got: '{}',
  allowed: 'a place for each platform the job runs on',
  remedy: "Name at least one: DataLocation.at({ aws: { bucket: 'patients', path: 'daily/' } }).",
});

const unusable = (at: string, value: string, allowed: string): Problem => ({
  code: 'PLAN_DATA',
  at,
  what: 'this names no files',
  got: show(value),
  allowed,
  remedy: 'Correct the value.',
});
