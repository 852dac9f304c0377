import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { openModelPackage, packageDigest } from '@inferstack/runtime/model';

export const MODELS = path.resolve(__dirname, '../../../examples/models');

const copies: string[] = [];

/** A copy of an example package below a temporary directory; `edit` maps file names to new contents. */
export function copyPackage(model: string, edit: Record<string, (text: string) => string> = {}): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-package-'));
  copies.push(directory);
  cpSync(path.join(MODELS, model), directory, { recursive: true });
  for (const [file, change] of Object.entries(edit)) {
    const name = path.join(directory, file);
    const before = readFileSync(name, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changed nothing`);
    writeFileSync(name, after);
  }
  return directory;
}

export function removeCopies(): void {
  for (const directory of copies.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** An entry of `models` in a configuration, for `name/version` of the examples or a directory. */
export function modelEntry(model: string): RuntimeConfig['models'][number] {
  const uri = path.resolve(MODELS, model);
  const { name, version } = openModelPackage(uri).manifest;
  return { name, version, uri, digest: packageDigest(uri).digest };
}

/** A configuration on free ports of this machine. */
export function testConfig(models: readonly string[], change: Partial<RuntimeConfig> = {}): RuntimeConfig {
  const address = { host: '127.0.0.1', port: 0 };
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'RuntimeConfig',
    role: 'serve',
    endpoint: 'test',
    models: models.map(modelEntry),
    listeners: { inference: address, grpc: null, management: address },
    limits: { maxBodyBytes: 1_000_000, requestTimeoutMs: 30_000, maxInFlight: 64 },
    drain: { delayMs: 0, timeoutMs: 10_000 },
    tls: null,
    auth: null,
    repository: { explicitControl: false, maxMemoryBytes: 0 },
    telemetry: { traces: null, emf: false, accessLogRatio: 0 },
    execution: {
      placement: 'auto',
      workers: 0,
      intraOpThreads: 1,
      maxBatchRows: 0,
      maxWaitMs: 0,
      hangMs: 60_000,
      shareWeights: true,
    },
    logging: { level: 'silent' },
    ...change,
  };
}

interface Sample {
  readonly inputs: Record<string, never[]>;
  readonly outputs: Record<string, number[][]>;
}

/** Golden samples of an example. */
export function samples(model: string): Sample[] {
  const text = readFileSync(path.join(MODELS, model, 'samples.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample);
}

/** A sample as a row of named values. */
export function sampleRow(model: string, index = 0): Record<string, unknown> {
  const { inputs } = samples(model)[index]!;
  const specs = openModelPackage(path.join(MODELS, model)).manifest.signature.inputs;
  return Object.fromEntries(
    specs.flatMap(({ name, columns }) => {
      const value: unknown[] = inputs[name]![0]!;
      return columns ? columns.map((column, i) => [column.name, value[i]]) : [[name, value]];
    }),
  );
}
