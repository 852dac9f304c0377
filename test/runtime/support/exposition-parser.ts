/** One sample line of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
  readonly seen: Set<string>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/** Reads an exposition and throws at the first line that breaks the format: HELP, TYPE, then the samples of it. */
export function parseExposition(text: string): ParsedFamily[] {
  if (!text.endsWith('\n')) throw new Error('the last line must end');
  const families: ParsedFamily[] = [];
  let help: RegExpExecArray | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# HELP ')) {
      help = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line);
      if (!help) throw new Error(`bad HELP: ${line}`);
    } else if (line.startsWith('# TYPE ')) {
      const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
      if (!type || type[1] !== help?.[1]) throw new Error(`TYPE without its HELP: ${line}`);
      if (families.some((family) => family.name === type[1])) throw new Error(`family twice: ${line}`);
      families.push({ name: type[1]!, type: type[2]!, help: help![2]!, samples: [], seen: new Set() });
    } else {
      addSample(families.at(-1), line);
    }
  }
  return families;
}

function addSample(family: ParsedFamily | undefined, line: string): void {
  const match = SAMPLE.exec(line);
  if (!match || !family) throw new Error(`bad sample: ${line}`);
  const suffix = match[1]!.slice(family.name.length);
  const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!match[1]!.startsWith(family.name) || !suffixes.includes(suffix))
    throw new Error(`stray sample: ${line}`);
  const value = match[3] === '+Inf' ? Infinity : Number(match[3]);
  if (Number.isNaN(value)) throw new Error(`bad value: ${line}`);
  const sample = { name: match[1]!, labels: parseLabels(match[2] ?? ''), value };
  const series = line.slice(0, line.lastIndexOf(' '));
  if (family.seen.has(series)) throw new Error(`series twice: ${line}`);
  family.seen.add(series);
  family.samples.push(sample);
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    if (!match) throw new Error(`bad labels: ${text.slice(at)}`);
    if (match[1]! in labels) throw new Error(`label twice: ${match[1]}`);
    labels[match[1]!] = match[2]!.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
  }
  return labels;
}
