import type {
  FeatureLookup,
  FeaturePolicy,
  FeatureSourceConfig,
  StalePolicy,
} from '@inferstack/runtime/contract';
import type { DurationLike } from './duration';
import type { SecretRef } from './secret-ref';

/** A key of a row; the short form is its type, under the same name in the store. */
export type FeatureKeyProps =
  | FeatureKeyType
  | {
      readonly type: FeatureKeyType;
      /** Name in the store. @default - the name in the row */
      readonly key?: string;
    };

export type FeatureKeyType = 'string' | 'integer';

/** A joined feature; the short form is its name in the store. */
export type JoinedFeatureProps =
  | string
  | {
      /** Name in the store. */
      readonly feature: string;
      /** Value for the policy `default`. @default - none */
      readonly default?: string | number | boolean;
    };

export interface FeatureCacheProps {
  /** Time an answer of the store is used for. */
  readonly ttl: DurationLike;
  /** Entities one replica keeps; the least recently used leave first. @default 10000 */
  readonly maxEntries?: number;
  /** Memory they may take in one replica, bytes, estimated. @default 33554432 (32 MiB) */
  readonly maxBytes?: number;
}

/** What every source is told. */
export interface FeatureSourceProps {
  /** In metrics, logs and messages, and in the names of its secret: lower-case letters, digits, dashes. */
  readonly name: string;
  /** Name of the model that gets the features, every version of it, or of the pipeline. @default - the endpoint's only pipeline, or only model */
  readonly model?: string;
  /** Address of the store, http or https, without user and query. */
  readonly url: string;
  /** What callers send to say whom a row is about, by name in the row: `{ customer_id: 'integer' }`. */
  readonly keys: Readonly<Record<string, FeatureKeyProps>>;
  /** Fields of the model that are joined, and what the store calls them: `{ income: 'customers:income_30d' }`. */
  readonly features: Readonly<Record<string, JoinedFeatureProps>>;
  /** A row that brings a value for a joined field: it stays, or the request is refused. @default 'keep' */
  readonly onGiven?: FeatureLookup['onGiven'];
  /** The store has no value for the keys. `null` leaves it to the imputation of the model. @default 'reject' */
  readonly onMissing?: FeaturePolicy;
  /** The value is older than `maxAge`. `keep` uses it. @default 'reject' */
  readonly onStale?: StalePolicy;
  /** The store did not answer in time, or not as it should. @default 'reject' */
  readonly onError?: FeaturePolicy;
  /** Time for the lookup of one request. @default Duration.millis(250) */
  readonly timeout?: DurationLike;
  /** Oldest value that is taken as it is. @default - any age */
  readonly maxAge?: DurationLike;
  /** Answers of the store kept in each replica. @default - none: the store is asked for every row */
  readonly cache?: FeatureCacheProps;
  /** Key of the store, by reference. @default - the store demands none */
  readonly credentials?: SecretRef;
  /** Whether credentials may be sent without encryption, inside a network of yours. @default false */
  readonly plainHttp?: boolean;
}

export interface FeastSourceProps extends FeatureSourceProps {
  /** Feature service asked for. @default - features are asked for one by one, as `view:feature` */
  readonly featureService?: string;
}

export interface TectonSourceProps extends FeatureSourceProps {
  readonly workspace: string;
  readonly featureService: string;
}

export interface HopsworksSourceProps extends FeatureSourceProps {
  readonly featureStore: string;
  readonly featureView: string;
  /** @default 1 */
  readonly featureViewVersion?: number;
  /** Feature that holds the time of the others, for `maxAge`. @default - ages are not known */
  readonly eventTime?: string;
}

export interface HttpSourceProps extends FeatureSourceProps {
  /** Header of the credentials, lower-case. @default 'authorization' - as Bearer */
  readonly header?: string;
}

/**
 * Features that are joined from an online store before the model runs: callers send keys instead. Names are checked
 * against the model at synthesis.
 */
export class FeatureSource {
  /** A Feast feature server (`feast serve`); credentials are sent as Bearer. */
  static feast(props: FeastSourceProps): FeatureSource {
    const { url, featureService = null } = props;
    return new FeatureSource(props, { type: 'feast', url, featureService });
  }

  /** Tecton's HTTP API; `url` is that of the instance. */
  static tecton(props: TectonSourceProps): FeatureSource {
    const { url, workspace, featureService } = props;
    return new FeatureSource(props, { type: 'tecton', url, workspace, featureService });
  }

  /** The REST server of Hopsworks' online store. */
  static hopsworks(props: HopsworksSourceProps): FeatureSource {
    const { url, featureStore, featureView, featureViewVersion = 1, eventTime = null } = props;
    return new FeatureSource(props, {
      ...{ type: 'hopsworks', url, featureStore, featureView },
      ...{ featureViewVersion, eventTime },
    });
  }

  /** A service of yours; the README of the runtime has what it is asked and answers. */
  static http(props: HttpSourceProps): FeatureSource {
    const { url, header = 'authorization' } = props;
    return new FeatureSource(props, { type: 'http', url, header });
  }

  private constructor(
    readonly props: FeatureSourceProps,
    readonly source: FeatureSourceConfig,
  ) {}
}
