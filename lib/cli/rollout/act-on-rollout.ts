import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import { actOnRollout, type ManagementAnswer, type RolloutAction } from '../../local';
import type { ManagedEndpoint } from './find-endpoints';
import { type FoundRollout, readRollouts, unreachable } from './read-rollouts';

export interface RolloutOrder {
  readonly action: RolloutAction;
  readonly model: string | undefined;
  readonly reason: string | undefined;
}

/**
 * Tells every listener of the one rollout that is meant.
 *
 * @returns what could not be done, and the model.
 * @throws ProblemError ROLLOUT_NONE, ROLLOUT_SEVERAL, ROLLOUT_UNREACHABLE; then nothing was done.
 */
export async function actOn(
  endpoints: readonly ManagedEndpoint[],
  { action, model, reason }: RolloutOrder,
): Promise<{ readonly model: string; readonly problems: readonly Problem[] }> {
  const { found, problems } = await readRollouts(endpoints, model);
  throwProblems(problems, 'inferstack rollout');
  const [meant] = found;
  if (found.length !== 1) throwProblems([several(found)]);
  const { endpoint, rollout } = meant!;
  const demand = { model: rollout.model, action, reason };
  const told = await Promise.all(
    endpoint.urls.map((url) =>
      actOnRollout(url, demand, { 'x-api-key': endpoint.key! }).then(
        (answer) => refusal(url, answer),
        (error: unknown) => [unreachable(url, error)],
      ),
    ),
  );
  return { model: rollout.model, problems: told.flat() };
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
