import type { RehearsalEvent, RehearsalOutcome, RehearsalTask, RuntimeConfig } from '../contract';
import type { RolloutConfig } from '../contract/rollouts';
import type { Logger } from '../logging';
import { type ModelPackage, openModelPackage } from '../model';
import { ServeRole } from '../serve';
import { generatedTraffic } from './generated-traffic';
import { countRecorded, recordedTraffic } from './recorded-traffic';
import { Rehearsal } from './rehearsal';
import type { RehearsedRequest } from './request';

const POLL_MS = 5;

export interface RehearsalOptions {
  readonly logger: Logger;
  /** For this rehearsal alone: how rollouts ended is remembered there. */
  readonly directory: string;
  readonly onEvent: (event: RehearsalEvent) => void;
}

/**
 * Serves both versions as a deployment would, and lets the rollout go through the traffic on a clock that does not wait.
 *
 * @throws ProblemError when a model cannot serve, or traffic cannot be read.
 */
export async function runRehearsal(
  config: RuntimeConfig,
  task: RehearsalTask,
  { logger, directory, onEvent }: RehearsalOptions,
): Promise<RehearsalOutcome> {
  const [rollout] = config.rollouts!.rollouts;
  const { unjudged, judged } = withoutQueries(rollout!);
  const rehearsal = new Rehearsal(judged.model, judged.evaluateMs, onEvent);
  const rehearsed = { ...config, rollouts: { adminKeys: null, rollouts: [judged] } };
  const hooks = { now: () => rehearsal.nowMs, onEvent: rehearsal.happened };
  const role = await ServeRole.start(rehearsed, { logger, cacheDirectory: directory, rehearsal: hooks });
  try {
    await role.load();
    await started(role, judged.model);
    const { traffic, intervalMs, untilMs } = await trafficOf(config, judged, task);
    await rehearsal.play(role, traffic, intervalMs, untilMs);
    return rehearsal.outcome(unjudged);
  } finally {
    await role.stop();
  }
}

/** What other servers know has nothing to do with what happens here. */
function withoutQueries(rollout: RolloutConfig): { judged: RolloutConfig; unjudged: string[] } {
  const asked = rollout.gates.filter(({ metric }) => metric === 'prometheus');
  const gates = rollout.gates.filter(({ metric }) => metric !== 'prometheus');
  return { judged: { ...rollout, gates }, unjudged: asked.map(({ name }) => name) };
}

/** The candidate is loaded, or never will be. */
async function started(role: ServeRole, model: string): Promise<void> {
  while (role.rollouts!.of(model)!.controller.phase === 'waiting')
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

interface TimedTraffic {
  readonly traffic: AsyncIterable<RehearsedRequest>;
  /** Between two requests; undefined: as recorded. */
  readonly intervalMs: number | undefined;
  readonly untilMs: number;
}

async function trafficOf(
  config: RuntimeConfig,
  { model, stable, steps, evaluateMs }: RolloutConfig,
  { traffic, rate }: RehearsalTask,
): Promise<TimedTraffic> {
  const { uri } = config.models.find(({ name, version }) => name === model && version === stable)!;
  const pkg = openModelPackage(uri);
  const requests = requestsOf(traffic, pkg);
  if (rate !== null) return { traffic: requests, intervalMs: 1000 / rate, untilMs: 0 };
  if (traffic.kind === 'recorded' && (await isTimed(traffic.file, pkg)))
    return { traffic: requests, intervalMs: undefined, untilMs: 0 };
  // Each step ends at the first look after its time.
  const totalMs = steps.reduce((sum, { holdMs }) => sum + holdMs + evaluateMs, evaluateMs);
  const count = traffic.kind === 'recorded' ? await countRecorded(traffic.file) : traffic.count;
  return { traffic: requests, intervalMs: totalMs / Math.max(1, count), untilMs: totalMs };
}

function requestsOf(traffic: RehearsalTask['traffic'], pkg: ModelPackage): AsyncIterable<RehearsedRequest> {
  return traffic.kind === 'recorded'
    ? recordedTraffic(traffic.file, pkg)
    : generatedTraffic(pkg, traffic.count, traffic.seed);
}

/** As its first line says. */
async function isTimed(file: string, pkg: ModelPackage): Promise<boolean> {
  for await (const { offsetMs } of recordedTraffic(file, pkg)) return offsetMs !== undefined;
  return false;
}
