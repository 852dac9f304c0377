import type { VertexAiEndpointConfig } from '@cdktf/provider-google/lib/vertex-ai-endpoint';
import { literal } from '../../terraform';
import type { Checker } from '../checker';
import type { Place } from '../context';

export interface PrivateServiceConnectOptions {
  /**
   * Projects whose networks may connect, by id.
   * @default - the project of the endpoint
   */
  readonly projects?: readonly string[];
}

/**
 * From where an endpoint of Vertex AI is reached. Every caller needs `aiplatform.endpoints.predict` besides. The two
 * kinds share the limits of a request; peered networks cannot split traffic, and the shared address takes 1.5 MB, so
 * neither is offered.
 * Source: https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type
 */
export abstract class VertexExposure {
  /** From VPC networks, by a forwarding rule of yours to the service attachment that the first release prints. */
  static privateServiceConnect(options: PrivateServiceConnectOptions = {}): VertexExposure {
    return new PrivateServiceConnect(options);
  }

  /** From the internet, by a name of its own (`<endpoint>.<region>-<project>.prediction.vertexai.goog`). */
  static dedicated(): VertexExposure {
    return new Dedicated();
  }

  abstract readonly kind: 'private' | 'dedicated';
  check(_check: Checker): void {}
  abstract settings(place: Place): Partial<VertexAiEndpointConfig>;
}

class PrivateServiceConnect extends VertexExposure {
  readonly kind = 'private';

  constructor(private readonly options: PrivateServiceConnectOptions) {
    super();
  }

  override check(check: Checker): void {
    const { projects } = this.options;
    const shape = 'the id of a project: 6 to 30 characters';
    projects?.forEach((project, i) => {
      const option = `target.exposure.projects[${i}]`;
      check.text('GCP_EXPOSURE', option, project, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, shape);
    });
    if (projects === undefined || projects.length > 0) return;
    check.add('GCP_EXPOSURE', 'target.exposure.projects', {
      what: 'no network could connect',
      got: [],
      allowed: 'one project or more',
      remedy: 'Name the projects, or leave it unset for the project of the endpoint.',
    });
  }

  settings({ project }: Place): Partial<VertexAiEndpointConfig> {
    return {
      privateServiceConnectConfig: {
        enablePrivateServiceConnect: true,
        // Reaching it is not enough: IAM is asked, as it is on the internet.
        enableSecurePrivateServiceConnect: true,
        projectAllowlist: (this.options.projects ?? [project]).map(literal),
      },
    };
  }
}

class Dedicated extends VertexExposure {
  readonly kind = 'dedicated';

  settings(): Partial<VertexAiEndpointConfig> {
    return { dedicatedEndpointEnabled: true };
  }
}
