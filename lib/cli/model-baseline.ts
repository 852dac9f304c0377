import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Baseline } from '@inferstack/runtime/contract';
import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { draftBaseline } from './import/draft-baseline';
import { fieldBaseline } from './import/field-baseline';
import { readTable } from './import/read-table';
import type { Table } from './import/table';
import { type CommandResult, runCommand } from './run-command';

/** `inferstack model baseline <directory> --rows <file>` */
export function modelBaselineCommand(io: CliIo): Command {
  return new Command('baseline')
    .description(
      'write baseline.json of a model package from training rows: of raw fields too, where it has them',
    )
    .argument('<directory>', 'the model package')
    .requiredOption('--rows <file>', 'training rows, CSV or Parquet, with the names of the fields or columns')
    .action((directory: string, options: { json: boolean; rows: string }) =>
      runCommand(io, options, () => write(directory, options.rows)),
    );
}

async function write(directory: string, rows: string): Promise<CommandResult> {
  const pkg = openModelPackage(directory);
  const statistics = await statisticsOf(pkg, await readTable(rows));
  // Scores, labels and calibration are those of the training run: no file of rows tells them.
  const baseline: Baseline = {
    ...pkg.baseline,
    apiVersion: 'inferstack.dev/v1',
    kind: 'Baseline',
    ...statistics,
  };
  const file = path.join(pkg.directory, 'baseline.json');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  writeFileSync(file, `${JSON.stringify(baseline, undefined, 2)}\n`);
  try {
    return written(file, baseline, openModelPackage(directory).digest);
  } catch (error) {
    // What the package check refuses must not stay.
    if (before === undefined) rmSync(file);
    else writeFileSync(file, before);
    throw error;
  }
}

async function statisticsOf(
  { manifest }: ModelPackage,
  table: Table,
): Promise<Pick<Baseline, 'rows' | 'features' | 'fields'>> {
  if (manifest.preprocessing !== undefined) return fieldBaseline(manifest, table);
  const inputs = manifest.signature.inputs.map(({ name, dtype, shape, columns }) => ({
    name,
    dtype,
    shape,
    ...(columns !== undefined && { columns: columns.map((column) => column.name) }),
  }));
  return draftBaseline({ inputs, outputs: [] }, table);
}

function written(file: string, { rows, features, fields = {} }: Baseline, digest: string): CommandResult {
  const counts = { rows, features: Object.keys(features).length, fields: Object.keys(fields).length };
  return {
    ok: true,
    json: { file, digest, ...counts },
    text: `wrote ${file}: ${counts.rows} rows, ${counts.features} columns, ${counts.fields} fields  ${digest}`,
  };
}
