import { demandsToAgree } from './agree';
import { type EndpointRollout, mergeRollouts, type ReplicaRollout } from './merge-rollouts';
import { actOnRollout, askRollouts, type ManagementAnswer, type RolloutDemand } from './rollout-client';

/** A replica that can be asked. */
export interface ReplicaAddress {
  readonly replica: string;
  /** Origin of its management listener. */
  readonly origin: string;
}

export interface RolloutWatchOptions {
  readonly replicas: () => readonly ReplicaAddress[];
  /** Key that the replicas take. */
  readonly key: string;
  /** Called when a rollout of the endpoint comes into another phase or step. */
  readonly onChange: (rollout: EndpointRollout) => void;
}

/** Time between two looks at the replicas: what one finds out, all know this much later. */
const WATCH_MS = 250;

/** Keeps the replicas of one endpoint agreed on how far their rollouts are, and speaks for all of them. */
export class RolloutWatch {
  /** As all replicas see them together; none before the first could be asked. */
  current: readonly EndpointRollout[] = [];
  private readonly told = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: RolloutWatchOptions) {}

  start(): void {
    this.timer = setTimeout(() => void this.look(), WATCH_MS);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /**
   * Tells all replicas. The candidate may not be loaded in one of them: it follows as soon as it can.
   *
   * @param headers that show who asks; the replicas judge them.
   */
  async act(demand: RolloutDemand, headers: Readonly<Record<string, string>>): Promise<ManagementAnswer> {
    const replicas = this.options.replicas();
    const asked = replicas.map(({ origin }) => actOnRollout(origin, demand, headers));
    const settled = await Promise.allSettled(asked);
    const answers = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const accepted = answers.find(({ status }) => status === 200);
    if (accepted === undefined) return answers[0] ?? NOBODY;
    await this.refresh();
    return { status: 200, body: this.current.find(({ model }) => model === demand.model) };
  }

  private async look(): Promise<void> {
    const views = await this.refresh();
    const { replicas, key } = this.options;
    const origins = new Map(replicas().map(({ replica, origin }) => [replica, origin]));
    const told = demandsToAgree(views).map(async ({ replica, ...demand }) => {
      const origin = origins.get(replica);
      if (origin !== undefined) await actOnRollout(origin, demand, { 'x-api-key': key });
    });
    // One that could not be told is told again with the next look.
    await Promise.allSettled(told);
    if (!this.stopped) this.start();
  }

  private async refresh(): Promise<readonly ReplicaRollout[]> {
    const views = (await Promise.all(this.options.replicas().map(viewsOf))).flat();
    if (views.length > 0 && !this.stopped) {
      this.current = mergeRollouts(views);
      for (const rollout of this.current) this.tellChange(rollout);
    }
    return views;
  }

  private tellChange(rollout: EndpointRollout): void {
    const state = `${rollout.phase} ${rollout.step}`;
    if (this.told.get(rollout.model) === state) return;
    this.told.set(rollout.model, state);
    this.options.onChange(rollout);
  }
}

const NOBODY: ManagementAnswer = { status: 503, body: { error: 'No replica can be reached.' } };

/** A replica that does not answer has no say. */
async function viewsOf({ replica, origin }: ReplicaAddress): Promise<ReplicaRollout[]> {
  const found = await askRollouts(origin).catch(() => []);
  return found.map((status) => ({ replica, status }));
}
