interface Family {
  readonly name: string;
  readonly header: string[];
  readonly samples: string[];
}

/** Metrics of one replica in the Prometheus text format. */
export interface ReplicaMetrics {
  readonly replica: string;
  readonly text: string;
}

const SUFFIX = /_(bucket|sum|count|created|total)$/;

/**
 * Merges the metrics of several replicas into one page, each sample with a `replica` label. The samples of a family
 * stay together below one header, as the format demands.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function mergeMetrics(pages: readonly ReplicaMetrics[]): string {
  const families = new Map<string, Family>();
  for (const { replica, text } of pages) {
    for (const line of text.split('\n')) addLine(families, line.trim(), replica);
  }
  const lines = [...families.values()].flatMap(({ header, samples }) => [...header, ...samples]);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function addLine(families: Map<string, Family>, line: string, replica: string): void {
  const header = /^# (HELP|TYPE) (\S+)/.exec(line);
  if (header) {
    const family = familyOf(families, header[2]!);
    const prefix = header[0];
    if (!family.header.some((known) => known === prefix || known.startsWith(`${prefix} `)))
      family.header.push(line);
    return;
  }
  const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})?(\s.*)$/.exec(line);
  if (line.startsWith('#') || sample === null) return;
  const [, name = '', , labels = '', value = ''] = sample;
  const base = name.replace(SUFFIX, '');
  const family = families.get(name) ?? families.get(base) ?? familyOf(families, name);
  const own = labels.replace(/,\s*$/, '');
  family.samples.push(`${name}{${own === '' ? '' : `${own},`}replica="${replica}"}${value}`);
}

function familyOf(families: Map<string, Family>, name: string): Family {
  let family = families.get(name);
  if (family === undefined) {
    family = { name, header: [], samples: [] };
    families.set(name, family);
  }
  return family;
}
