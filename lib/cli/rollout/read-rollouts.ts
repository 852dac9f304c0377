import type { Problem } from '@inferstack/runtime/contract';
import { askRollouts, type EndpointRollout, mergeRollouts } from '../../local';
import type { ManagedEndpoint } from './find-endpoints';

/** A rollout, and whom it was heard from. */
export interface FoundRollout {
  readonly endpoint: ManagedEndpoint;
  readonly rollout: EndpointRollout;
}

export interface RolloutReading {
  readonly found: readonly FoundRollout[];
  /** Listeners that cannot be asked. */
  readonly problems: readonly Problem[];
}

/** What the listeners of the endpoints tell, of one model or of all. */
export async function readRollouts(
  endpoints: readonly ManagedEndpoint[],
  model: string | undefined,
): Promise<RolloutReading> {
  const readings = await Promise.all(endpoints.map((endpoint) => readEndpoint(endpoint)));
  const problems = readings.flatMap((reading) => reading.problems);
  const found = readings
    .flatMap((reading) => reading.found)
    .filter(({ rollout }) => model === undefined || rollout.model === model);
  if (found.length === 0 && problems.length === 0) return { found, problems: [none(endpoints, model)] };
  return { found, problems };
}

async function readEndpoint(endpoint: ManagedEndpoint): Promise<RolloutReading> {
  const problems: Problem[] = [];
  const views = await Promise.all(
    endpoint.urls.map(async (url) => {
      try {
        return (await askRollouts(url)).map((status) => ({ replica: url, status }));
      } catch (error) {
        problems.push(unreachable(url, error));
        return [];
      }
    }),
  );
  const [alone] = views;
  // `inferstack up` speaks for all of its replicas already.
  const merged =
    views.length === 1 && alone!.every(({ status }) => 'replicas' in status)
      ? alone!.map(({ status }) => status as EndpointRollout)
      : mergeRollouts(views.flat());
  return { found: merged.map((rollout) => ({ endpoint, rollout })), problems };
}

export function unreachable(url: string, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException;
  return {
    code: 'ROLLOUT_UNREACHABLE',
    at: url,
    what: 'the management listener cannot be asked',
    got: code ?? message,
    remedy: 'Give the address of a management listener (port 9090), reachable from here: http://host:9090.',
  };
}

function none(endpoints: readonly ManagedEndpoint[], model: string | undefined): Problem {
  return {
    code: 'ROLLOUT_NONE',
    at: endpoints.map(({ name }) => name).join(', '),
    what: model === undefined ? 'no versions take over from others here' : `no rollout of a model ${model}`,
    remedy: 'Give the endpoint a rollout with a `candidate`, or start it with `inferstack up --stable`.',
  };
}
