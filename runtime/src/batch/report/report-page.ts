import { barChart, pairedBars } from './charts';
import { escaped as text } from './escape';
import type { RunReport } from './run-report';

/** The report as a page that needs nothing else: no script, no font, no picture from anywhere. */
export function reportPage(report: RunReport): string {
  const { model, rows, scores } = report;
  const bad = rows.read === 0 ? 0 : (100 * rows.bad) / rows.read;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${text(report.job)} ${text(report.runId)}</title>
<style>${STYLE}</style></head><body>
<h1>${text(report.job)}</h1>
<p>Run ${text(report.runId)}, begun ${text(report.startedAt)}, with ${text(model.name)} ${text(model.version)}<br><small>${text(model.digest)}</small></p>
<h2>Rows</h2>
${table([
  ['read', number(rows.read)],
  ['scored', number(rows.scored)],
  ['bad, put aside', `${number(rows.bad)} (${bad.toFixed(2)} %)`],
  ['files, shards', `${number(report.files)}, ${number(report.shards)}`],
  ['rows a second of computing', number(report.rowsPerSecond)],
])}
<h2>Scores</h2>
${report.meanScore === null ? '<p>No row was scored.</p>' : `<p>Mean ${report.meanScore.toPrecision(4)}.${scores.drift === null ? '' : ` Against the training data: PSI ${scores.drift.psi.toFixed(3)}, ${scores.drift.verdict}.`}</p>`}
${pairedBars(scores.edges, scores.counts, scores.baseline)}
${counted('Labels', report.labels)}
${counted('Decisions', report.decisions)}
${drifts(report)}
<h2>Data quality</h2>
${counted('Problems of bad rows', report.reasons) || '<p>No row was bad.</p>'}
${counted('Values that broke a rule and were kept or imputed', report.flags)}
</body></html>
`;
}

const STYLE =
  'body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}' +
  'table{border-collapse:collapse}td,th{padding:.2em 1em .2em 0;text-align:left;border-bottom:1px solid #ddd}' +
  'td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%}small{color:#666}.drifted{color:#b00020;font-weight:bold}.moved{color:#9a6700}';

function drifts({ features, sampledRows }: RunReport): string {
  const sorted = Object.entries(features).sort(([, a], [, b]) => b.psi - a.psi);
  if (sorted.length === 0) return '';
  const rows = sorted.map(
    ([name, { psi, noise, verdict }]) =>
      `<tr><td>${text(name)}</td><td class="n">${psi.toFixed(3)}</td><td class="n">${noise.toFixed(3)}</td><td class="${verdict}">${verdict}</td></tr>`,
  );
  return `<h2>Drift of the features</h2>
<p>Population stability index against the training data, of ${number(sampledRows)} rows. Noise is what chance alone exceeds once in a hundred times.</p>
${barChart(sorted.slice(0, 20).map(([name, { psi }]) => ({ name, value: psi })))}
<table><tr><th>feature</th><th>PSI</th><th>noise</th><th></th></tr>${rows.join('')}</table>`;
}

function counted(title: string, counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  if (entries.length === 0) return '';
  return `<h3>${title}</h3>\n${table(entries.slice(0, 50).map(([name, count]) => [name, number(count)]))}`;
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  return `<table>${rows.map(([name, value]) => `<tr><td>${text(name)}</td><td class="n">${text(value)}</td></tr>`).join('')}</table>`;
}

const number = (value: number): string => value.toLocaleString('en');
