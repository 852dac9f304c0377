import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RootConstruct } from 'constructs';
import { type BatchPlan, BatchScoringJob, RuntimeImage, Schedule } from 'inferstack';
import { FakeBatchTarget, JOB } from '../../support/batch';
import { temporaryFolder } from '../../support/temporary-folder';
import type { Change } from '../conformance-target';
import { IMAGE } from '../plan';

const one = (name: string, value: unknown): [string, Change] => [name, { [name]: value }];

/** Every field of the plan of a job with another value that most platforms take. A field missing here fails the suite. */
export const BATCH_FIELDS: Readonly<Record<string, Change>> = Object.fromEntries([
  one('name', 'another-name'),
  ['model.digest', { 'model.digest': `sha256:${'1'.repeat(64)}` }],
  ['model.bytes', { 'model.bytes': 10 * 1024 ** 3 }],
  ['model.manifest.name', { 'model.manifest.name': 'other' }],
  ['model.manifest.version', { 'model.manifest.version': '7' }],
  one('input.format', 'csv'),
  one('input.compression', 'gzip'),
  one('input.csv.delimiter', ';'),
  one('input.csv.nulls', ['NA']),
  one('input.columns', { radius: 'mean radius' }),
  one('input.passthrough', ['patient_id']),
  one('output.format', 'csv'),
  one('output.compression', 'gzip'),
  one('schedule', null),
  one('schedule.cron', '30 4 * * *'),
  one('schedule.timeZone', 'Europe/Berlin'),
  one('run.parallelism', 3),
  one('run.rowsPerShard', 5000),
  one('run.timeoutSeconds', 7200),
  one('run.attempts', 2),
  one('run.badRows.maxShare', 0.2),
  one('run.badRows.minRows', 7),
  one('resources.cpuMillis', 500),
  one('resources.memoryMiB', 3072),
  one('resources.architecture', 'arm64'),
  one('monitoring.failed', false),
  one('monitoring.missingAfterSeconds', 36_000),
  ['monitoring.missing off', { 'monitoring.missingAfterSeconds': null }],
  ['monitoring.missing a month', { 'monitoring.missingAfterSeconds': 31 * 86_400 }],
  one('monitoring.logRetentionDays', 60),
  one('monitoring.runbookUrl', 'https://runbooks.example.com'),
  ['runtime.image.kind', { 'runtime.image': { kind: 'source', directory: runtimeFolder() } }],
  one('runtime.image.reference', IMAGE.replace('inferstack/runtime', 'other/runtime')),
  [
    'runtime.image.pinned',
    { 'runtime.image': { kind: 'registry', reference: IMAGE.replace(/@.*/, ':1'), pinned: false } },
  ],
  one('runtime.logLevel', 'debug'),
  one('runtime.execution.workers', 3),
  one('runtime.execution.intraOpThreads', 2),
  one('runtime.execution.batchRows', 16),
]);

/** For messages alone. */
export const BATCH_MESSAGES = ['path'];

/** The one definition every target gets. */
export function batchPlan(): BatchPlan {
  return new BatchScoringJob(new RootConstruct('Serving'), 'Scores', {
    ...JOB,
    target: new FakeBatchTarget(),
    schedule: Schedule.daily({ hour: 3 }),
    run: { image: RuntimeImage.fromRegistry(IMAGE) },
    monitoring: {},
  }).plan;
}

/** Leaves of a plan that say what to build; the model stands for itself, and places are a target's own. */
export function batchLeaves({ model: _, input, output, ...rest }: BatchPlan): string[] {
  const model = ['digest', 'bytes', 'manifest.name', 'manifest.version'].map((leaf) => `model.${leaf}`);
  const { places: _from, ...from } = input;
  const { places: _to, ...to } = output;
  return [...model, ...leaves({ ...rest, input: from, output: to }, '')];
}

function leaves(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, child]) => {
    const isBranch = typeof child === 'object' && child !== null && !Array.isArray(child);
    return isBranch && Object.keys(child).length > 0
      ? leaves(child, `${prefix}${key}.`)
      : [`${prefix}${key}`];
  });
}

/** What a target that builds the image looks for, whether or not the runtime was built before. */
function runtimeFolder(): string {
  const folder = temporaryFolder();
  for (const file of ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist']) {
    writeFileSync(path.join(folder, file), '');
  }
  return folder;
}
