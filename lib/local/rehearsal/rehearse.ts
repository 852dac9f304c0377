import {
  type Problem,
  type RehearsalEvent,
  type RehearsalOutcome,
  type RehearsalTask,
  throwProblems,
} from '@inferstack/runtime/contract';
import type { AppEndpoint } from '../app-endpoint';
import { collectEndpoints } from '../collect-endpoints';
import { installedRuntime, type RuntimeEntry } from '../runtime-entry';
import { selectEndpoints } from '../select-endpoints';
import { withStable } from '../stable-trial';
import { rehearsalConfig } from './rehearsal-config';
import { runRehearsalProcess } from './rehearsal-process';

export interface RehearseOptions extends RehearsalTask {
  /** Name or construct path. @default - the only one, or the only one with a rollout of its own */
  readonly endpoint?: string | undefined;
  /** Directory of the package that is deployed now. @default - the stable version of the rollout */
  readonly stable?: string | undefined;
  /** The rehearsing program. @default - the one installed with this library */
  readonly runtime?: RuntimeEntry | undefined;
  /** Called for each thing that would have happened, as it does. @default - nobody listens */
  readonly onEvent?: (event: RehearsalEvent) => void;
}

/**
 * Tells how the rollout of an endpoint would go with some traffic: the models and gates that would be deployed, on a clock
 * that does not wait.
 *
 * @throws ProblemError LOCAL_APP_*, LOCAL_NO_ENDPOINTS, LOCAL_ENDPOINT_UNKNOWN, LOCAL_STABLE, LOCAL_REHEARSAL, LOCAL_REHEARSAL_FAILED
 */
export async function rehearse(appFile: string, options: RehearseOptions): Promise<RehearsalOutcome> {
  const entry = options.runtime ?? installedRuntime('rehearse');
  const endpoint = chosenEndpoint(await collectEndpoints(appFile), options.endpoint);
  const { traffic, rate, onEvent = () => undefined } = options;
  const [tried] = options.stable === undefined ? [endpoint] : withStable([endpoint], options.stable);
  const config = rehearsalConfig(tried!);
  return runRehearsalProcess({ config, task: { traffic, rate }, entry, onEvent });
}

function chosenEndpoint(endpoints: readonly AppEndpoint[], name: string | undefined): AppEndpoint {
  const named = selectEndpoints(endpoints, name);
  const rolling = named.filter(({ runtimeConfig }) => runtimeConfig.rollouts !== undefined);
  const [only, ...more] = rolling.length > 0 ? rolling : named;
  if (more.length > 0) throwProblems([ambiguous(named)]);
  return only!;
}

const ambiguous = (endpoints: readonly AppEndpoint[]): Problem => ({
  code: 'LOCAL_REHEARSAL',
  at: 'endpoint',
  what: 'the app has several endpoints',
  allowed: endpoints.map(({ name }) => name).join(' | '),
  remedy: 'Name the one to rehearse.',
});
