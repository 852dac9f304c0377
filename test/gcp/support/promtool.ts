import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testWith } from '../../support/test-with';
import type { Resource, Template } from './synthesize';

/** A test that runs where promtool is installed (Debian package prometheus). */
const isThere = spawnSync('promtool', ['--version']).status === 0;
export const judged = testWith('promtool', isThere, 'install the Debian package prometheus');

/** What `judge` says of queries that fire when they must, and only then. */
export const PASSED: unknown = { status: 0, output: expect.stringContaining('SUCCESS') };

/** Queries of the alarms of a template, by the ids of the policies. */
export function alertQueries(template: Template): Record<string, string> {
  const alerts = template.all('google_monitoring_alert_policy');
  return Object.fromEntries(
    Object.entries(alerts).map(([id, alert]: [string, Resource]) => [
      id,
      alert['conditions'][0].condition_prometheus_query_language.query as string,
    ]),
  );
}

export function dashboardQueries(template: Template): string[] {
  const model = template.find('google_monitoring_dashboard')['dashboard_json'] as string;
  const { mosaicLayout } = JSON.parse(model) as { mosaicLayout: { tiles: Resource[] } };
  return mosaicLayout.tiles.flatMap(({ widget }) =>
    (widget.xyChart?.dataSets ?? []).map((set: Resource) => set['timeSeriesQuery'].prometheusQuery as string),
  );
}

/** Status of promtool: 0 where every query is one. */
export function checkQueries(queries: readonly string[]): number | null {
  return inDirectory((directory) => {
    const file = path.join(directory, 'rules.json');
    writeRules(file, Object.fromEntries(queries.map((query, i) => [`Query${i}`, query])));
    return spawnSync('promtool', ['check', 'rules', file]).status;
  });
}

/** Evaluates queries over series: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export function judge(
  queries: Record<string, string>,
  tests: readonly object[],
): { status: number | null; output: string } {
  return inDirectory((directory) => {
    writeRules(path.join(directory, 'rules.json'), queries);
    const file = path.join(directory, 'tests.json');
    writeFileSync(file, JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1m', tests }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  });
}

function writeRules(file: string, queries: Record<string, string>): void {
  const rules = Object.entries(queries).map(([alert, expr]) => ({ alert, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'gcp', rules }] }));
}

function inDirectory<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
