/**
 * The whole line on this machine: checks the example models, synthesizes every platform, serves the breast-cancer
 * model with the configuration that would be deployed, and scores rows it never saw, one by one and from files. A bad
 * candidate is rolled back.
 */
import path from 'node:path';
import { type LocalDeployment, startLocal } from 'inferstack/local';
import { rollOutBadCandidate } from './bad-candidate';
import { checkModels } from './check-models';
import { type LabelledRow, readHeldOut } from './held-out';
import { type Answer, percentile, sendRows } from './load';
import { heading, line, step, table } from './report';
import { type BatchScores, scoreBatch } from './score-batch';
import { SYNTHESIZED, synthesizeExample } from './synth';

const ROOT = path.resolve(__dirname, '..', '..');
const EXAMPLES = path.join(ROOT, 'examples');
const CONCURRENCY = 32;
const THROUGHPUT_REQUESTS = 20_000;

async function main(): Promise<void> {
  heading('1. Models: signature, digest and golden samples');
  table(await checkModels(path.join(EXAMPLES, 'models')));

  heading('2. Infrastructure');
  await synthesize();

  heading('3. A candidate that is healthy, and wrong');
  await rollOut();

  heading('4. A million rows from files');
  const heldOut = path.join(EXAMPLES, 'models', 'breast-cancer', 'held-out.csv');
  const rows = readHeldOut(heldOut);
  const batch = await scoreBatch(heldOut, rows);
  tellBatch(batch);

  heading('5. The same model as an endpoint on this machine');
  const deployment = await step('start the replicas of examples/aws-endpoint', () =>
    startLocal(path.join(EXAMPLES, 'aws-endpoint', 'main.ts'), { port: 0 }),
  );
  try {
    await score(deployment, rows, batch.heldOut);
    await keepIfAsked(deployment);
  } finally {
    await step('drain and stop', () => deployment.stop());
  }
}

async function rollOut(): Promise<void> {
  const { seen, rollout } = await rollOutBadCandidate(path.join(EXAMPLES, 'models', 'breast-cancer'));
  const { reason } = rollout.cause!;
  const exposedSeconds = seen.exposed === 0 ? 0 : (seen.lastExposed! - seen.firstExposed!) / 1000;
  line('');
  table([
    ['measured by its callers', `${rollout.model} ${rollout.stable} -> ${rollout.candidate}`],
    ['requests', `${seen.requests}`],
    ['lost', `${seen.lost}`],
    ['answered by the candidate', `${seen.exposed} (${((100 * seen.exposed) / seen.requests).toFixed(1)} %)`],
    ['from its first answer to its last', `${exposedSeconds.toFixed(1)} s`],
    ['replicas, all rolled back', `${rollout.replicas.length}`],
    ['why', reason],
  ]);
}

async function synthesize(): Promise<void> {
  const rows = [['platform', 'written to', 'resources', 'kinds']];
  for (const example of SYNTHESIZED) {
    const out = path.join('out', example.name);
    const main = path.join(EXAMPLES, example.name, 'main.ts');
    const kinds = await step(`synthesize examples/${example.name}`, () =>
      synthesizeExample(main, path.join(ROOT, out), example),
    );
    rows.push([example.platform, out, String(kinds.length), shortened([...new Set(kinds)].sort())]);
  }
  line('');
  table(rows);
}

const SHOWN_KINDS = 5;

function shortened(kinds: readonly string[]): string {
  const more = kinds.length - SHOWN_KINDS;
  return kinds.slice(0, SHOWN_KINDS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function tellBatch({ data, scored, quarantined, seconds }: BatchScores): void {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  line('');
  table([
    ['counted in the files of the results', 'breast-cancer 1'],
    ['rows', number(data.rows)],
    ['scored, each once', number(scored)],
    ['put aside with the reason, as many as were spoiled', number(quarantined)],
    ['throughput, with the start of app and workers', `${number(data.rows / seconds)} rows/s`],
  ]);
}

async function score(
  deployment: LocalDeployment,
  rows: readonly LabelledRow[],
  batch: readonly Answer[],
): Promise<void> {
  const { url, managementUrl, model } = deployment.endpoints[0]!;
  const route = `/v2/models/${model.name}/predict`;

  const single = await step(`send ${rows.length} held-out rows over HTTP, one at a time`, () =>
    sendRows(url, route, rows, 1),
  );
  const many = Array.from({ length: THROUGHPUT_REQUESTS }, (_, i) => rows[i % rows.length]!);
  const loaded = await step(`send ${many.length} requests, ${CONCURRENCY} at a time`, () =>
    sendRows(url, route, many, CONCURRENCY),
  );

  const right = single.answers.filter((answer, i) => answer.label === rows[i]!.label).length;
  const positives = rows.filter((row) => row.label === 'malignant').length;
  const found = rows.filter(
    (row, i) => row.label === 'malignant' && single.answers[i]!.decision === 'refer',
  ).length;
  const same = rows.filter((_, i) => isSame(single.answers[i]!, batch[i])).length;
  if (same < rows.length) throw new Error(`files and HTTP disagree on ${rows.length - same} held-out rows`);
  const ms = (values: readonly number[], p: number) => `${percentile(values, p).toFixed(2)} ms`;

  line('');
  table([
    ['measured over HTTP', `${model.name} ${model.version}`],
    [
      'accuracy against the true labels',
      `${((100 * right) / rows.length).toFixed(1)} % (${right} of ${rows.length})`,
    ],
    ['malignant cases referred', `${found} of ${positives}`],
    ['the same label and decision from files', `${same} of ${rows.length}`],
    ['latency, one at a time', `p50 ${ms(single.latenciesMs, 50)}, p99 ${ms(single.latenciesMs, 99)}`],
    [
      `latency, ${CONCURRENCY} at a time`,
      `p50 ${ms(loaded.latenciesMs, 50)}, p99 ${ms(loaded.latenciesMs, 99)}`,
    ],
    ['throughput, client on the same cores', `${Math.round(loaded.requestsPerSecond)} requests/s`],
  ]);
  line('');
  line(`endpoint  ${url}/v2/models/${model.name}`);
  line(`metrics   ${managementUrl}/metrics`);
  line(`status    ${managementUrl}/`);
}

const isSame = (a: Answer, b: Answer | undefined): boolean =>
  a.label === b?.label && a.decision === b.decision;

async function keepIfAsked(deployment: LocalDeployment): Promise<void> {
  if (!process.argv.includes('--keep')) return;
  line('');
  line(`Kept running: ${deployment.endpoints[0]!.url} (Ctrl-C drains and stops)`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

main().then(
  () => console.log('\nDone.'),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
