import type { MetricRegistry } from './family';

export const EXPOSITION_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * All metrics in the text format of Prometheus.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function expose(registry: MetricRegistry): string {
  registry.collect();
  const lines: string[] = [];
  for (const family of registry.families) {
    lines.push(`# HELP ${family.name} ${escapeHelp(family.help)}`, `# TYPE ${family.name} ${family.type}`);
    family.samples((suffix, labels, value) => {
      lines.push(`${family.name}${suffix}${labelText(labels)} ${numberText(value)}`);
    });
  }
  return lines.join('\n') + '\n';
}

function labelText(labels: readonly (readonly [string, string])[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
