import {
  type CreatedPackage,
  createPackage,
  type GraphDraft,
  type PackageContents,
} from '../init/create-package';
import type { DraftSignature, DraftTensor } from '../init/draft-signature';
import { generateSample, runGraph } from '../init/generate-sample';
import type { CardDraft } from '../init/manifest-text';
import { draftBaseline } from './draft-baseline';
import type { MlflowFolder } from './mlflow-folder';
import { importError } from './problems';
import { readTable } from './read-table';
import type { Table } from './table';
import { rowInputs, tableFeatures } from './table-features';

export interface ImportOrder {
  readonly found: MlflowFolder;
  /** Directory to create. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly card: CardDraft;
  /** CSV or Parquet file of rows that become golden samples. @default - one sample of made-up inputs */
  readonly rows?: string;
  /** CSV or Parquet file of training rows. @default - no baseline */
  readonly baseline?: string;
}

/** More rows prove little more, and all are run before a replica is ready. */
const MAX_SAMPLES = 1000;

/**
 * Creates a package around a graph, with samples of real rows and the statistics of training rows.
 *
 * @throws ProblemError IMPORT_ROWS, ONNX_*, PACKAGE_*, MODEL_*, TENSOR_INVALID; UsageError for what `model init` refuses.
 */
export async function importPackage(order: ImportOrder): Promise<CreatedPackage> {
  const { found, directory, name, version, card } = order;
  const rows = order.rows === undefined ? undefined : await readTable(order.rows);
  const training = order.baseline === undefined ? undefined : await readTable(order.baseline);
  return createPackage({
    file: found.file,
    directory,
    name,
    version,
    card,
    describe: (signature) => withColumns(signature, found.columns, rows ?? training),
    contents: (draft) => contents(draft, rows, training),
  });
}

/** Names of the MLmodel first, else those of a file that has exactly as many columns as the one input takes. */
function withColumns(
  { inputs, outputs }: DraftSignature,
  named: readonly string[] | undefined,
  table: Table | undefined,
): DraftSignature {
  const [input] = inputs;
  const width = inputs.length === 1 && input!.shape.length === 2 ? input!.shape[1] : undefined;
  const candidates = [named, table?.columns];
  const columns = candidates.find((names) => names !== undefined && names.length === width);
  if (columns === undefined || input!.dtype === 'BOOL') return { inputs, outputs };
  return { inputs: [{ ...input!, columns } satisfies DraftTensor], outputs };
}

async function contents(
  draft: GraphDraft,
  rows: Table | undefined,
  training: Table | undefined,
): Promise<PackageContents> {
  const samples = rows === undefined ? await madeUp(draft) : await samplesOf(draft, rows);
  if (training === undefined) return samples;
  const baseline = JSON.stringify(draftBaseline(draft.signature, training), undefined, 2);
  return { ...samples, files: { ...samples.files, 'baseline.json': `${baseline}\n` } };
}

async function madeUp(draft: GraphDraft): Promise<PackageContents> {
  const { sample, note } = await generateSample(draft);
  return { files: sample === undefined ? {} : { 'samples.jsonl': lines([sample]) }, notes: [note] };
}

async function samplesOf(draft: GraphDraft, table: Table): Promise<PackageContents> {
  if (table.rows.length > MAX_SAMPLES) {
    throw importError('IMPORT_ROWS', table.file, {
      what: 'there are too many rows for golden samples',
      got: `${table.rows.length}`,
      allowed: `at most ${MAX_SAMPLES}`,
      remedy: 'Choose rows that cover the range of the outputs; training rows belong to --baseline.',
    });
  }
  const features = tableFeatures(draft.signature, table);
  const inputs = table.rows.map((row) => rowInputs(draft.signature, features, table, row));
  const outputs = await runGraph(draft, inputs);
  const samples = inputs.map((given, i) => ({ id: `row-${i + 1}`, inputs: given, outputs: outputs[i]! }));
  const note =
    `The outputs of the ${samples.length} samples are those of the graph itself: they show that it is served as it ` +
    'is, not that it was exported well. Compare them with those of the training framework.';
  return { files: { 'samples.jsonl': lines(samples) }, notes: [note] };
}

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
