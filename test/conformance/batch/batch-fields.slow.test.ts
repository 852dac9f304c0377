import { readFileSync } from 'node:fs';
import path from 'node:path';
import { batchConfigSchema } from '@inferstack/runtime/contract';
import { BATCH_FIELDS, BATCH_MESSAGES, batchLeaves, batchPlan } from './batch-fields';
import { batchOutcomes } from './batch-matrix';
import { batchPage } from './batch-page';
import { batchTargets } from './batch-targets';

const each = batchTargets.map((target) => [target.title, target] as const);
const plan = batchPlan();

test('every field of the plan of a job has a change', () => {
  const covered = [...Object.keys(BATCH_FIELDS), ...BATCH_MESSAGES];
  expect(batchLeaves(plan).filter((leaf) => !covered.includes(leaf))).toEqual([]);
});

test.each(each)('%s drops nothing', (_, target) => {
  const dropped = Object.entries(batchOutcomes(target)).filter(([, outcome]) => outcome === 'dropped');
  expect(dropped.map(([field]) => field)).toEqual([]);
});

test.each(each)(
  '%s is repeatable, pins model and image, and starts a runtime that takes its configuration',
  (_, target) => {
    const output = target.bind(plan);
    expect(target.bind(plan).text).toBe(output.text);
    expect(output.text).toContain(plan.model.digest.replace('sha256:', ''));
    expect(output.text).toContain(`@sha256:${'a'.repeat(64)}`);
    expect(batchConfigSchema.parse(output.runtimeConfig)).toEqual(output.runtimeConfig);
  },
);

test('the runtime is configured alike on every target, but for addresses, how work is shared, who collects metrics', () => {
  const configurations = batchTargets.map((target) => {
    const { model, batch, telemetry, ...rest } = target.bind(plan).runtimeConfig;
    const { input, output, shards, ...others } = batch;
    return JSON.stringify([
      rest,
      { ...model, uri: '' },
      { ...input, uris: [] },
      { ...output, uri: '' },
      { ...shards, assignment: '' },
      others,
      { ...telemetry, emf: '' },
    ]);
  });
  expect(new Set(configurations).size).toBe(1);
});

test('the support matrix of jobs in the documentation is that of the code: npm run docs', () => {
  const page = readFileSync(path.resolve(__dirname, '../../../docs/batch-support-matrix.md'), 'utf8');
  expect(page).toBe(batchPage(batchTargets));
});
