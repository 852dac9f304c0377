import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RuntimeConfig } from '../../contract';
import { RequestError } from '../../errors';
import type { ModelRepository, Readiness } from '../../inference';
import { EXPOSITION_CONTENT_TYPE, expose, type RuntimeMetrics } from '../../monitoring';
import { Exchange } from './exchange';
import { modelHealth, pipelineHealth } from './model-health';
import { redactedConfig } from './redacted-config';
import type { RolloutRoutes } from './rollout-routes';

export interface ManagementHandlerParts {
  readonly config: RuntimeConfig;
  readonly repository: ModelRepository;
  readonly readiness: Readiness;
  readonly metrics: RuntimeMetrics;
  readonly runtimeVersion: string;
  /** What is listened on, by protocol. */
  readonly ports: () => object;
  /** @default - nothing is being rolled out */
  readonly rollouts?: RolloutRoutes | undefined;
}

/** Answers the management listener, which only the private side reaches. */
export class ManagementHandler {
  constructor(private readonly parts: ManagementHandlerParts) {}

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = new Exchange(
      request,
      response,
      () => {},
      () => false,
    );
    try {
      const { rollouts } = this.parts;
      if (request.method === 'POST' && rollouts?.post(pathOf(exchange), exchange)) return;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const error = new RequestError('REQUEST_METHOD_NOT_ALLOWED', 'Management answers GET, HEAD only.');
        exchange.fail(error, ['allow', 'GET, HEAD']);
      } else this.dispatch(exchange);
    } catch (error) {
      exchange.fail(error);
    }
  };

  private dispatch(exchange: Exchange): void {
    const { config, readiness, metrics } = this.parts;
    const path = pathOf(exchange);
    if (path === '/rollouts' && this.parts.rollouts !== undefined) {
      this.parts.rollouts.get(exchange);
      return;
    }
    switch (path) {
      case '/metrics':
        exchange.text(EXPOSITION_CONTENT_TYPE, expose(metrics.registry));
        break;
      case '/health':
        exchange.json(readiness.ready ? 200 : 503, JSON.stringify(this.health()));
        break;
      case '/config':
        exchange.json(200, JSON.stringify(redactedConfig(config)));
        break;
      default:
        throw new RequestError(
          'REQUEST_ROUTE_NOT_FOUND',
          'Management answers /metrics, /health and /config.',
        );
    }
  }

  private health(): object {
    const { config, readiness, repository, runtimeVersion, ports } = this.parts;
    return {
      endpoint: config.endpoint,
      role: config.role,
      runtimeVersion,
      phase: readiness.phase,
      ready: readiness.ready,
      reason: readiness.reason,
      uptimeSeconds: process.uptime(),
      ports: ports(),
      memory: {
        estimatedBytes: repository.memoryBytes,
        maxBytes: repository.maxMemoryBytes,
      },
      models: config.models.map(({ name, version, digest }) => ({
        name,
        version,
        digest,
        ...modelHealth(repository, name, version),
      })),
      pipelines: config.pipelines?.map(({ name, version }) => ({
        name,
        version,
        ...pipelineHealth(repository, name, version),
      })),
    };
  }
}

const pathOf = ({ request }: Exchange): string => request.url!.split('?', 1)[0]!;
