import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import {
  actOnRollout,
  askRollouts,
  type ManagementAnswer,
  type RolloutAction,
  type RolloutDemand,
} from '../../local';
import type { ManagedEndpoint } from './find-endpoints';
import { type FoundRollout, readRollouts, unreachable } from './read-rollouts';

export interface RolloutOrder {
  readonly action: RolloutAction;
  readonly model: string | undefined;
  readonly reason: string | undefined;
}

/**
 * Tells every listener of the one rollout that is meant. To promote, all must be reachable; what ends a candidate is not
 * kept from the others by one that is gone.
 *
 * @returns what could not be done, and the model.
 * @throws ProblemError ROLLOUT_NONE, ROLLOUT_SEVERAL, ROLLOUT_UNREACHABLE; then nothing was done.
 */
export async function actOn(
  endpoints: readonly ManagedEndpoint[],
  { action, model, reason }: RolloutOrder,
): Promise<{ readonly model: string; readonly problems: readonly Problem[] }> {
  const { found, problems } = await readRollouts(endpoints, model);
  if (action === 'promote' || found.length === 0) throwProblems(problems, 'inferstack rollout');
  const [meant] = found;
  if (found.length !== 1) throwProblems([several(found)]);
  const { endpoint, rollout } = meant!;
  const demand = { model: rollout.model, action, reason };
  const reached = endpoint.urls.filter((url) => problems.every(({ at }) => at !== url));
  const told = await Promise.all(reached.map((url) => tell(url, demand, endpoint.key!)));
  return { model: rollout.model, problems: [...problems, ...told.flat()] };
}

async function tell(url: string, demand: RolloutDemand, key: string): Promise<Problem[]> {
  try {
    const answer = await actOnRollout(url, demand, { 'x-api-key': key });
    const done = answer.status === 409 && demand.action !== 'promote' && (await hasEnded(url, demand.model));
    return done ? [] : refusal(url, answer);
  } catch (error) {
    return [unreachable(url, error)];
  }
}

/** Whether the candidate answers nobody any more: there is nothing left to do. */
async function hasEnded(url: string, model: string): Promise<boolean> {
  const phase = (await askRollouts(url)).find((rollout) => rollout.model === model)?.phase;
  return phase === 'rolled_back' || phase === 'stopped';
}

function refusal(at: string, { status, body }: ManagementAnswer): Problem[] {
  if (status === 200) return [];
  const { code, error } = body as { readonly code?: string; readonly error?: string };
  const got = [`HTTP ${status}`, code, error].filter((part) => part !== undefined).join(' ');
  if (status === 401 || status === 403) {
    const remedy = 'Give the key of an administrator, whose digest is in `trial.adminKeys`: --key-file.';
    return [{ code: 'ROLLOUT_KEY_REFUSED', at, what: 'this key may not act here', got, remedy }];
  }
  const remedy = 'See `inferstack rollout status`.';
  return [{ code: 'ROLLOUT_REFUSED', at, what: 'the runtime does not do this now', got, remedy }];
}

const several = (found: readonly FoundRollout[]): Problem => ({
  code: 'ROLLOUT_SEVERAL',
  at: 'inferstack rollout',
  what: 'several rollouts are meant',
  got: found.map(({ endpoint, rollout }) => `${endpoint.name}: ${rollout.model}`).join(', '),
  allowed: 'one',
  remedy: 'Name the endpoint, and the model with --model.',
});
