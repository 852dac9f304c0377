import type { ColumnSpec, InputSpec, Manifest } from '@inferstack/runtime/contract';
import type { ModelPackage, OnnxGraph } from '@inferstack/runtime/model';
import { type CliIo, paint } from './cli-io';
import { formatBytes, formatTable } from './format';
import { meetsTarget } from './metric-targets';

/** A model package as a page to read. */
export function packageText(io: CliIo, pkg: ModelPackage, graph: OnnxGraph): string {
  const { manifest } = pkg;
  const heading = (text: string): string => paint(io, 'bold', text);
  return [
    heading(`${manifest.name} ${manifest.version}`),
    ...(manifest.description === undefined ? [] : [manifest.description]),
    pkg.digest,
    ...section(heading('Inputs'), formatTable(manifest.signature.inputs.flatMap(inputRows))),
    ...section(heading('Fields'), fieldText(manifest.preprocessing)),
    ...section(heading('Outputs'), outputText(manifest)),
    ...section(heading('Prediction'), predictionText(manifest.prediction)),
    ...section(heading('Metrics'), metricText(manifest.metrics)),
    ...section(heading('Card'), cardText(manifest.card)),
    ...section(heading('Graph'), graphText(graph)),
    ...section(heading('Files'), fileText(pkg)),
  ].join('\n');
}

const section = (heading: string, body: string): string[] => (body === '' ? [] : ['', heading, body]);

function inputRows({ name, dtype, shape, columns = [], range, sensitivity }: InputSpec): string[][] {
  const allowed = range === undefined ? '' : rangeText(range);
  return [
    [name, `${dtype} [${shape.join(', ')}]`, allowed, columns.length === 0 ? sensitivity : ''],
    ...columns.map((column) => [`  ${column.name}`, column.unit ?? '', allowedText(column), flags(column)]),
  ];
}

/** What rows carry, where it is not the columns themselves. */
function fieldText(preprocessing: Manifest['preprocessing']): string {
  if (preprocessing === undefined) return '';
  const { fields, rules = [], steps } = preprocessing;
  return formatTable([
    ...fields.map((field) => [
      field.name,
      field.type,
      field.unit ?? '',
      field.categories?.join(' | ') ?? (field.range === undefined ? '' : rangeText(field.range)),
      flags(field),
    ]),
    ...rules.map(({ name, check, onViolation }) => [name, `rule: ${check}`, '', '', onViolation]),
    ['steps', String(steps.length), '', '', ''],
  ]);
}

function allowedText({ range, categories }: ColumnSpec): string {
  if (categories !== undefined) return categories.join(' | ');
  return range === undefined ? '' : rangeText(range);
}

const rangeText = ([low, high]: NonNullable<ColumnSpec['range']>): string =>
  `${low ?? '..'} to ${high ?? '..'}`;

const flags = ({ required, sensitivity }: Pick<ColumnSpec, 'required' | 'sensitivity'>): string =>
  required ? sensitivity : `${sensitivity}, optional`;

function outputText({ signature }: Manifest): string {
  return formatTable(
    signature.outputs.map(({ name, dtype, shape, description = '' }) => [
      name,
      `${dtype} [${shape.join(', ')}]`,
      description,
    ]),
  );
}

function predictionText(prediction: Manifest['prediction']): string {
  if (prediction === undefined) return '';
  const { kind, output, classes, positive, threshold, decision, unit } = prediction;
  const decided = decision === undefined ? '' : `, ${decision.above} from there on, else ${decision.below}`;
  return pairs([
    ['kind', `${kind} from ${output}`],
    ['classes', classes?.join(', ')],
    ['positive', positive],
    ['threshold', threshold === undefined ? undefined : `${threshold}${decided}`],
    ['unit', unit],
  ]);
}

function metricText(metrics: Manifest['metrics']): string {
  return formatTable(
    metrics.map((metric) => [
      metric.name,
      String(metric.value),
      metric.target === undefined ? '' : `target ${metric.target} ${meetsTarget(metric) ? 'met' : 'missed'}`,
      [metric.dataset, metric.rows === undefined ? undefined : `${metric.rows} rows`]
        .filter((part) => part !== undefined)
        .join(', '),
    ]),
  );
}

function cardText(card: Manifest['card']): string {
  return pairs([
    ['owner', card.owner],
    ['license', card.license],
    ['intended use', card.intendedUse],
    ...card.outOfScope.map((text) => ['out of scope', text] as const),
    ['training data', card.trainingData],
    ['evaluation data', card.evaluationData],
    ...card.limitations.map((text) => ['limitation', text] as const),
    ...card.references.map((text) => ['reference', text] as const),
  ]);
}

function graphText(graph: OnnxGraph): string {
  const operators = Object.values(graph.operators).reduce((sum, count) => sum + count, 0);
  return pairs([
    [
      'opset',
      Object.entries(graph.opsets)
        .map(([domain, version]) => `${domain} ${version}`)
        .join(', '),
    ],
    ['ir version', graph.irVersion === undefined ? undefined : String(graph.irVersion)],
    ['producer', `${graph.producer.name} ${graph.producer.version}`.trim() || undefined],
    ['operators', String(operators)],
    ['weights', formatBytes(graph.initializerBytes)],
    ...Object.entries(graph.metadata).map(([key, value]) => [key, value] as const),
  ]);
}

function fileText({ files, bytes, samples, baseline }: ModelPackage): string {
  return formatTable([
    ...files.map((file) => [file.path, formatBytes(file.bytes), file.sha256.slice(0, 12)]),
    ['in all', formatBytes(bytes), ''],
    ['golden samples', String(samples.length), ''],
    ...(baseline === undefined ? [] : [['baseline rows', String(baseline.rows), '']]),
  ]);
}

function pairs(rows: readonly (readonly [string, string | undefined])[]): string {
  return formatTable(rows.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
