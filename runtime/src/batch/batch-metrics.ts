import { BATCH_EMF_METRICS, type BatchConfig, EMF_NAMESPACE } from '../contract';
import { type Logger, writeLine } from '../logging';
import type { BatchOutcome } from './batch-job';

/** Figures of a worker; those of the run where it has ended it. */
type Figures = Partial<Record<keyof typeof BATCH_EMF_METRICS, number>>;

const PUSH_TIMEOUT_MS = 10_000;

/** Tells whoever watches how the job went: it lives too short to be scraped. */
export async function publishMetrics(
  config: BatchConfig,
  outcome: BatchOutcome | undefined,
  logger: Logger,
): Promise<void> {
  const figures = figuresOf(outcome);
  if (config.telemetry.emf) writeLine(emfLine(config.job, figures));
  const { pushgateway } = config.telemetry;
  if (pushgateway === null) return;
  try {
    await push(pushgateway, config.job, exposition(figures));
  } catch (error) {
    // The results are there all the same.
    logger.warn({ event: 'batch_push_failed', err: error }, 'metrics could not be pushed');
  }
}

function figuresOf(outcome: BatchOutcome | undefined): Figures {
  if (outcome === undefined) return { failed: 1 };
  const { rows, bad, seconds, report } = outcome;
  const indices = Object.values(report?.features ?? {}).map(({ psi }) => psi);
  const scores = report?.scores.drift?.psi;
  return {
    ...{ rows, badRows: bad, seconds, failed: 0 },
    ...(indices.length > 0 && { featureDrift: Math.max(...indices) }),
    ...(scores !== undefined && { scoreDrift: scores }),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function emfLine(job: string, figures: Figures): string {
  const named = Object.entries(figures).map(([key, value]) => [
    BATCH_EMF_METRICS[key as keyof Figures],
    value,
  ]);
  const unit = (name: unknown): string => (name === BATCH_EMF_METRICS.seconds ? 'Seconds' : 'None');
  const metrics = named.map(([name]) => ({ Name: name, Unit: unit(name) }));
  return JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: EMF_NAMESPACE, Dimensions: [['Job']], Metrics: metrics }],
    },
    Job: job,
    ...Object.fromEntries(named),
  });
}

const GAUGES: Readonly<Record<keyof Figures, readonly [name: string, help: string]>> = {
  rows: ['inferstack_batch_rows', 'Rows read by the last worker.'],
  badRows: ['inferstack_batch_bad_rows', 'Of these, put aside.'],
  seconds: ['inferstack_batch_duration_seconds', 'Time of the last worker.'],
  failed: ['inferstack_batch_failed', 'Whether the last worker failed.'],
  featureDrift: ['inferstack_batch_feature_drift_ratio', 'Largest population stability index of a feature.'],
  scoreDrift: ['inferstack_batch_score_drift_ratio', 'Population stability index of the scores.'],
};

export function exposition(figures: Figures): string {
  const lines = Object.entries(figures).flatMap(([key, value]) => {
    const [name, help] = GAUGES[key as keyof Figures];
    return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
  });
  return `${lines.join('\n')}\n`;
}

/** Source: https://github.com/prometheus/pushgateway#url (a job name with slashes is given in base64). */
async function push(gateway: string, job: string, body: string): Promise<void> {
  const name = job.includes('/')
    ? `job@base64/${Buffer.from(job).toString('base64url')}`
    : `job/${encodeURIComponent(job)}`;
  const response = await fetch(`${gateway.replace(/\/+$/, '')}/metrics/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body,
    signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
}
