/** Where the files of a run are, below its folder. */
export const LAYOUT = {
  /** What the workers of an execution score; beside the runs, since it says which run it is. */
  execution: (name: string): string => `.executions/${name}.json`,
  manifest: 'manifest.json',
  /** Results: nothing is in there but files that are complete and counted. */
  data: (shard: string, extension: string): string => `data/part-${shard}${extension}`,
  quarantine: (shard: string): string => `quarantine/part-${shard}.ndjson`,
  /** Bad rows of a shard that was not committed because there were too many. */
  stopped: (shard: string): string => `stopped/part-${shard}.ndjson`,
  /** The record of a shard: who wrote it first has committed it. */
  commits: 'commits/',
  commit: (shard: string): string => `commits/${shard}.json`,
  /** What is written before it is committed. */
  work: (shard: string, token: string, file: number): string => `work/${shard}.${token}.${file}`,
  leases: 'leases/',
  /** A claim: `turn` counts how often the unit was taken over. */
  lease: (unit: number, turn: number): string => `leases/${shardName(unit, turn)}.json`,
  report: 'report.json',
  page: 'report.html',
} as const;

const pad = (value: number): string => String(value).padStart(5, '0');

/** `00002-00017`: the 18th shard of the third unit. Orders as text as the rows are in. */
export const shardName = (unit: number, part: number): string => `${pad(unit)}-${pad(part)}`;
