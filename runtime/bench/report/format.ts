import type { Percentile, Ratio } from './statistics';

/** Three significant digits, without exponents. */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}

export function milliseconds(value: Percentile | undefined): string {
  if (value === undefined) return '–';
  return `${number(value.milliseconds)}${value.pooled ? '*' : ''}`;
}

export function ratio(value: Ratio | undefined): string {
  if (value === undefined) return '–';
  return `**${number(value.median)}** (${number(value.low)}–${number(value.high)})`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
