import type { Baseline } from '../../contract';
import { type Commits, firstMissing } from '../run/commits';
import { LAYOUT } from '../run/layout';
import type { RunManifest } from '../run/run-manifest';
import type { BatchStore } from '../stores/store';
import { reportPage } from './report-page';
import { type RunReport, runReport } from './run-report';

export interface PublishOptions {
  readonly manifest: RunManifest;
  readonly commits: Commits;
  readonly store: BatchStore;
  readonly baseline: Baseline | undefined;
}

/**
 * Sums the run up once everything is committed: whoever finds that it is does it, and doing it twice harms nobody.
 *
 * @returns undefined while other workers are at it
 */
export async function publishReport({
  manifest,
  commits,
  store,
  baseline,
}: PublishOptions): Promise<RunReport | undefined> {
  const done = await commits.all();
  if (manifest.units.some((_, unit) => firstMissing(done, unit) !== undefined)) return undefined;
  const ordered = [...done.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, commit]) => commit);
  await commits.tidy(ordered, (await store.stat(LAYOUT.report)) !== undefined);
  const report = runReport(manifest, ordered, baseline);
  await store.write(LAYOUT.page, reportPage(report));
  await store.write(LAYOUT.report, `${JSON.stringify(report, undefined, 1)}\n`);
  return report;
}
