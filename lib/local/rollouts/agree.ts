import type { RolloutPhase } from '@inferstack/runtime/contract';
import type { ReplicaRollout } from './merge-rollouts';
import type { RolloutDemand } from './rollout-client';

/** What one replica has to be told. */
export interface ReplicaDemand extends RolloutDemand {
  readonly replica: string;
}

/** Who promotes without having been asked by anybody. */
const BY_ITSELF: readonly string[] = ['gate', 'runtime', 'memory'];

/**
 * What replicas have to be told so that they agree, which each of them judges for itself. One that went back or was
 * stopped ends the rollout in all; a promotion by hand counts for all; promotions by the gates wait for one another.
 */
export function demandsToAgree(views: readonly ReplicaRollout[]): ReplicaDemand[] {
  const models = [...new Set(views.map(({ status }) => status.model))];
  return models.flatMap((model) => agree(views.filter(({ status }) => status.model === model)));
}

function agree(views: readonly ReplicaRollout[]): ReplicaDemand[] {
  const rolledBack = views.find(({ status }) => status.phase === 'rolled_back');
  if (rolledBack !== undefined)
    return tell(views, rolledBack, {
      waiting: 'rollback',
      running: 'rollback',
      held: 'rollback',
      promoted: 'rollback',
    });
  const stopped = views.find(({ status }) => status.phase === 'stopped');
  if (stopped !== undefined)
    // What was promoted can only be taken back.
    return tell(views, stopped, { waiting: 'stop', running: 'stop', held: 'stop', promoted: 'rollback' });
  const promoted = views.find(
    ({ status: { phase, cause } }) => phase === 'promoted' && !BY_ITSELF.includes(cause?.actor ?? ''),
  );
  return promoted === undefined ? [] : tell(views, promoted, { running: 'promote', held: 'promote' });
}

function tell(
  views: readonly ReplicaRollout[],
  leader: ReplicaRollout,
  actions: Partial<Record<RolloutPhase, RolloutDemand['action']>>,
): ReplicaDemand[] {
  const { model, cause } = leader.status;
  const reason = `replica ${leader.replica}: ${cause?.reason ?? leader.status.phase}`.slice(0, MAX_REASON);
  return views.flatMap(({ replica, status }) => {
    const action = actions[status.phase];
    return action === undefined ? [] : [{ replica, model, action, reason }];
  });
}

/** The runtime takes no longer ones. */
const MAX_REASON = 500;
