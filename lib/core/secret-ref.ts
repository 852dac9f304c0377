import { type Problem, show } from '@inferstack/runtime/contract';
import type { Platform } from './target';
import { isUnresolved } from './unresolved';

/** A secret of AWS Secrets Manager. */
export interface AwsSecretPlace {
  /** ARN, or the name of a secret of the same account and region. */
  readonly secret: string;
  /** Field of a secret that holds a JSON object. @default - the whole secret */
  readonly jsonField?: string;
}

/** A secret of an Azure key vault with role-based access. */
export interface AzureSecretPlace {
  /** `https://<vault>.vault.azure.net/secrets/<name>`, without a version so that new ones are taken. */
  readonly keyVaultSecretId: string;
  /** `/subscriptions/.../vaults/<vault>/secrets/<name>`: the identity of the replicas may read this secret alone. */
  readonly resourceId: string;
}

/** A secret of Google Secret Manager. */
export interface GcpSecretPlace {
  /** Name of a secret of the endpoint's project, or `projects/<project>/secrets/<name>`. */
  readonly secret: string;
  /** Version an instance takes when it starts. @default 'latest' */
  readonly version?: string;
}

/** One key of a Secret in the endpoint's namespace. */
export interface KubernetesSecretPlace {
  readonly secretName: string;
  readonly key: string;
}

/** A file of the host, or an environment variable of whoever starts the project. */
export type ComposeSecretPlace = { readonly file: string } | { readonly environment: string };

/** Where a secret is, on each platform that it is on. */
export interface SecretPlaces {
  readonly aws?: AwsSecretPlace;
  readonly azure?: AzureSecretPlace;
  readonly gcp?: GcpSecretPlace;
  readonly kubernetes?: KubernetesSecretPlace;
  readonly compose?: ComposeSecretPlace;
}

/**
 * Where a secret is kept, never what it is: the value is in no template, no plan and no log. The target brings it to the
 * runtime and gives it the right to read this one secret.
 *
 * @example
 * SecretRef.at({ aws: { secret: 'feature-store/key' }, kubernetes: { secretName: 'feature-store', key: 'key' } })
 */
export class SecretRef {
  /** One place for each platform the endpoint may be deployed to. */
  static at(places: SecretPlaces): SecretRef {
    return new SecretRef(places);
  }

  private constructor(private readonly places: SecretPlaces) {}

  bind(at: string, problems: Problem[]): SecretPlaces {
    const entries = Object.entries(this.places).filter(([, place]) => place !== undefined);
    if (entries.length === 0) problems.push(noPlace(at));
    for (const [platform, place] of entries) {
      for (const [field, value] of Object.entries(place as Record<string, string | undefined>)) {
        const rule = RULES[`${platform as Platform}.${field}`];
        if (rule === undefined || value === undefined || isUnresolved(value) || rule.pattern.test(value))
          continue;
        problems.push({
          code: 'PLAN_SECRET',
          at: `${at}.${platform}.${field}`,
          what: 'this names no secret',
          // Somebody may have written the secret itself here.
          got: show(`${value.length} characters`),
          allowed: rule.allowed,
          remedy: 'Name the place of the secret; the value is never written here.',
        });
      }
    }
    return Object.fromEntries(entries);
  }
}

function noPlace(at: string): Problem {
  return {
    code: 'PLAN_SECRET',
    at,
    what: 'the secret is nowhere',
    got: '{}',
    allowed: 'a place for each platform the endpoint is deployed to',
    remedy: 'Name at least one: SecretRef.at({ kubernetes: { secretName, key } }).',
  };
}

interface Rule {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** By platform and field; each as its platform spells them. */
const RULES: Readonly<Record<string, Rule>> = {
  'aws.secret': {
    pattern: /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+|[\w/+=.@-]{1,512})$/,
    allowed: 'arn:aws:secretsmanager:<region>:<account>:secret:<name>, or a name',
  },
  'aws.jsonField': { pattern: /^[^:\s]{1,256}$/, allowed: 'the name of a field' },
  'azure.keyVaultSecretId': {
    pattern: /^https:\/\/[\w-]+\.[\w.-]+\/secrets\/[0-9A-Za-z-]{1,127}\/?$/,
    allowed: 'https://<vault>.vault.azure.net/secrets/<name>, without a version',
  },
  'azure.resourceId': {
    pattern:
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+\/secrets\/[^/]+$/i,
    allowed: '/subscriptions/.../providers/Microsoft.KeyVault/vaults/<vault>/secrets/<name>',
  },
  'gcp.secret': {
    pattern: /^(projects\/[\w-]+\/secrets\/)?[\w-]{1,255}$/,
    allowed: 'a name, or projects/<project>/secrets/<name>',
  },
  'gcp.version': {
    pattern: /^(latest|[1-9]\d*|[a-z][\w-]{0,62})$/i,
    allowed: 'latest, a number or an alias',
  },
  'kubernetes.secretName': {
    pattern: /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    allowed: 'the name of a Secret',
  },
  'kubernetes.key': { pattern: /^[\w.-]{1,253}$/, allowed: 'letters, digits and . _ -' },
  'compose.file': {
    pattern: /^\/[\w./@+-]*[\w@+-]$/,
    allowed: 'the absolute path of a file on the host',
  },
  'compose.environment': { pattern: /^[A-Za-z_]\w*$/, allowed: 'the name of an environment variable' },
};

/** Environment variable in which the runtime finds a secret, where the platform gives it as one. */
export const secretVariable = (name: string): string =>
  `INFERSTACK_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;
