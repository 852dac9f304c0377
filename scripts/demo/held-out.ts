import { readFileSync } from 'node:fs';

export interface LabelledRow {
  readonly features: Readonly<Record<string, number>>;
  readonly label: string;
}

/** Reads rows that the model never saw in training; the last column is the true label. */
export function readHeldOut(file: string): LabelledRow[] {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = header!.trim().split(',');
  return lines.map((text) => {
    const cells = text.trim().split(',');
    const features = Object.fromEntries(names.slice(0, -1).map((name, i) => [name, Number(cells[i])]));
    return { features, label: cells[names.length - 1]! };
  });
}
