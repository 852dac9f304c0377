import { BATCH_OUTPUT_COLUMNS, type Problem } from '@inferstack/runtime/contract';
import { rowValues } from '@inferstack/runtime/model';
import { checkResources } from '../check-plan';
import { ANY, PlanChecker } from '../plan-checker';
import { isUnresolved } from '../unresolved';
import type { BatchPlan } from './batch-plan';
import type { BlobPlace, ClaimPlace, DataPlaces, GcsPlace, S3Place } from './data-location';

/** Checks a plan for what no platform can honour. Values known only at deployment are skipped. */
export function checkBatchPlan(plan: BatchPlan): Problem[] {
  const check = new PlanChecker(plan.path);
  checkModel(check, plan);
  checkRun(check, plan);
  checkResources(check, plan);
  checkMonitoring(check, plan);
  checkColumns(check, plan);
  checkPlaces(check, plan);
  return check.problems;
}

/** What a job reports is what the manifest calls predictions; files carry rows of values. */
function checkModel(check: PlanChecker, { model: { manifest } }: BatchPlan): void {
  const subject = `${manifest.name}/${manifest.version}`;
  if (manifest.prediction === undefined) {
    const what = 'the model says nothing about predictions';
    const allowed = 'a model.yaml with a prediction section';
    check.add('PLAN_RUN', 'model', what, subject, allowed, 'Add a prediction section to model.yaml.');
  }
  for (const { name, type } of manifest.preprocessing?.fields ?? []) {
    if (type !== 'image') continue;
    const what = 'images are not scored from files';
    const allowed = 'fields that are number, string, boolean or date';
    check.add('PLAN_RUN', 'model', what, `${subject}: ${name}`, allowed, 'Score images through an endpoint.');
  }
}

function checkRun(check: PlanChecker, { run, input, runtime: { execution } }: BatchPlan): void {
  const number = (prop: string, value: number, min: number, max: number, integer = true) =>
    check.number('PLAN_RUN', `run.${prop}`, value, min, max, integer);
  number('parallelism', run.parallelism, 1, 10_000);
  number('rowsPerShard', run.rowsPerShard, 1, ANY);
  number('attempts', run.attempts, 1, 10);
  number('badRows.maxShare', run.badRows.maxShare, 0, 1, false);
  number('badRows.minRows', run.badRows.minRows, 0, ANY);
  number('execution.workers', execution.workers, 1, ANY);
  number('execution.intraOpThreads', execution.intraOpThreads, 1, ANY);
  number('execution.batchRows', execution.batchRows, 1, ANY);
  const { timeoutSeconds } = run;
  if (!isUnresolved(timeoutSeconds) && !(timeoutSeconds >= 60 && timeoutSeconds % 60 === 0)) {
    check.add(
      'PLAN_RUN',
      'run.timeout',
      'the timeout is not usable',
      `${timeoutSeconds} s`,
      'whole minutes, 1 or more',
    );
  }
  if (!/^[^"\r\n]$/.test(input.csv.delimiter)) {
    const allowed = 'one character, neither a quote nor the end of a line';
    check.add(
      'PLAN_RUN',
      'input.csv.delimiter',
      'this cannot lie between values',
      input.csv.delimiter,
      allowed,
    );
  }
  if (input.csv.nulls.length === 0) {
    check.add(
      'PLAN_RUN',
      'input.csv.nulls',
      'nothing says which text is a missing value',
      [],
      'one text or more',
    );
  }
}

function checkMonitoring(check: PlanChecker, { monitoring }: BatchPlan): void {
  check.number('PLAN_MONITORING', 'monitoring.logRetentionDays', monitoring.logRetentionDays, 1, ANY, true);
  const after = monitoring.missingAfterSeconds;
  if (after === null || isUnresolved(after) || (after >= 3600 && after % 3600 === 0)) return;
  const allowed = 'whole hours, 1 or more';
  check.add('PLAN_MONITORING', 'monitoring.missing.after', 'the time is not usable', `${after} s`, allowed);
}

/** Columns lead to fields of the model, each once, and none is lost under a name that scoring itself uses. */
function checkColumns(check: PlanChecker, { model, input }: BatchPlan): void {
  const fields = rowValues(model.manifest).map(({ name }) => name);
  const led = new Set<string>();
  for (const [column, field] of Object.entries(input.columns)) {
    const prop = `input.columns.${column}`;
    if (!fields.includes(field)) {
      const what = 'the model has no such field';
      check.add('PLAN_RUN', prop, what, field, fields.join(', '), 'Name a field of model.yaml.');
    }
    if (led.has(field)) {
      const what = 'two columns lead to one field of the model';
      check.add('PLAN_RUN', prop, what, field, 'one column for a field', 'Remove one.');
    }
    led.add(field);
  }
  checkPassthrough(check, input.passthrough);
}

function checkPassthrough(check: PlanChecker, passthrough: readonly string[]): void {
  for (const [i, name] of passthrough.entries()) {
    if (name === '' || passthrough.indexOf(name) < i) {
      const what = name === '' ? 'a column has no name' : 'a column is listed twice';
      check.add('PLAN_RUN', 'input.passthrough', what, name, 'names of columns, each once', 'Remove it.');
    }
    if (!name.startsWith('score_') && !(BATCH_OUTPUT_COLUMNS as readonly string[]).includes(name)) continue;
    const what = 'scoring writes a column of this name itself';
    const allowed = `none of ${BATCH_OUTPUT_COLUMNS.join(', ')}, score_*`;
    check.add('PLAN_RUN', 'input.passthrough', what, name, allowed, 'Rename the column in the files.');
  }
}

type AnyPlace = string | S3Place | BlobPlace | GcsPlace | ClaimPlace;

/** Results go into a folder, and not into what is scored: the next run would score them. */
function checkPlaces(check: PlanChecker, { input, output }: BatchPlan): void {
  for (const [platform, to] of Object.entries(output.places) as [keyof DataPlaces, AnyPlace][]) {
    if (pathOf(to).includes('*')) {
      const what = 'the results go into a folder, and this is a pattern';
      check.add('PLAN_DATA', `output.to.${platform}`, what, pathOf(to), 'a folder: scores/');
    }
    const from = input.places[platform];
    if (from === undefined || rootOf(from) !== rootOf(to)) continue;
    if (!`${folderOf(pathOf(to))}/`.startsWith(below(pathOf(from)))) continue;
    const what = 'the results lie in what is scored: the next run would read them';
    const got = [pathOf(from), pathOf(to)];
    check.add('PLAN_DATA', `output.to.${platform}`, what, got, 'a folder beside it', 'Write elsewhere.');
  }
}

/** Folder that holds everything a path can mean; '' for all there is. */
function below(path: string): string {
  const pattern = path.indexOf('*');
  if (pattern !== -1) return path.slice(0, path.lastIndexOf('/', pattern) + 1);
  return path === '' ? '' : `${folderOf(path)}/`;
}

const folderOf = (path: string): string => path.replace(/^\.\//, '').replace(/\/+$/, '');

const pathOf = (place: AnyPlace): string => (typeof place === 'string' ? place : (place.path ?? ''));

/** What paths are below, as text. */
function rootOf(place: AnyPlace): string {
  if (typeof place === 'string') return '';
  const { path: _, ...root } = place as { path?: string; kmsKeyArn?: string };
  return JSON.stringify({ ...root, kmsKeyArn: undefined });
}
