import { escaped } from './escape';

const WIDTH = 720;
const BAR_HEIGHT = 18;
const LABELS = 220;
const HEIGHT = 200;

/** Bars with names, the longest first. */
export function barChart(bars: readonly { readonly name: string; readonly value: number }[]): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const drawn = bars.map(({ name, value }, i) => {
    const y = i * BAR_HEIGHT;
    const width = ((WIDTH - LABELS - 60) * value) / most;
    return (
      `<text x="${LABELS - 6}" y="${y + 13}" text-anchor="end" font-size="12">${escaped(name)}</text>` +
      `<rect x="${LABELS}" y="${y + 2}" width="${fixed(width)}" height="${BAR_HEIGHT - 4}" fill="#4c78a8"/>` +
      `<text x="${fixed(LABELS + width + 4)}" y="${y + 13}" font-size="11">${value.toFixed(3)}</text>`
    );
  });
  return svg(bars.length * BAR_HEIGHT + 4, drawn.join(''));
}

/** Shares of the run beside those of the baseline, by bin; under the first edge and over the last one included. */
export function pairedBars(
  edges: readonly number[],
  counts: readonly number[],
  baseline: readonly number[] | null,
): string {
  if (counts.length === 0) return '';
  const run = shares(counts);
  const before = baseline === null ? [] : shares(baseline);
  const most = Math.max(...run, ...before, Number.MIN_VALUE);
  const step = WIDTH / counts.length;
  const bar = (share: number, x: number, width: number, colour: string): string => {
    const height = (HEIGHT * share) / most;
    return `<rect x="${fixed(x)}" y="${fixed(HEIGHT - height)}" width="${fixed(width)}" height="${fixed(height)}" fill="${colour}"/>`;
  };
  const drawn = run.map((share, i) => {
    const names = `<text x="${fixed(i * step + step / 2)}" y="${HEIGHT + 14}" text-anchor="middle" font-size="10">${binName(edges, i)}</text>`;
    const old = baseline === null ? '' : bar(before[i]!, i * step + step * 0.1, step * 0.4, '#bbb');
    return old + bar(share, i * step + step * 0.5, step * 0.4, '#4c78a8') + names;
  });
  const legend =
    baseline === null
      ? ''
      : '<p><small>Blue: this run. Grey: the training data. Shares of rows by score.</small></p>';
  return svg(HEIGHT + 20, drawn.join('')) + legend;
}

function binName(edges: readonly number[], bin: number): string {
  const edge = (i: number): string => String(Number(edges[i]!.toPrecision(3)));
  if (bin === 0) return `&lt; ${edge(0)}`;
  return bin === edges.length ? `&gt; ${edge(edges.length - 1)}` : `${edge(bin - 1)}-${edge(bin)}`;
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

const fixed = (value: number): string => value.toFixed(1);

function svg(height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">${content}</svg>`;
}
