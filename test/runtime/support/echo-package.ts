import { onnx, type TYPES } from '../../support/onnx-builder';
import { sampleLines, writePackage } from '../../support/package-builder';

export interface Column {
  readonly input: string;
  readonly dtype: string;
  readonly type: keyof typeof TYPES;
  readonly value: number | string | boolean;
  /** Of the graph, with one input; `value` must stay as it is. @default Identity */
  readonly op?: string;
}

/** A model that gives back every input under another name, or what `op` makes of it. */
export function echoPackage(
  name: string,
  columns: readonly Column[],
  shape: readonly (number | string)[],
  rest = '',
): string {
  const value = (input: string, type: keyof typeof TYPES) => ({ name: input, type, shape });
  const graph = onnx({
    inputs: columns.map(({ input, type }) => value(input, type)),
    outputs: columns.map(({ input, type }) => value(`${input}-out`, type)),
    nodes: columns.map(({ input, op = 'Identity' }) => ({ op, inputs: [input], outputs: [`${input}-out`] })),
  });
  const spec = (of: string, { dtype }: Column) =>
    `    - {name: ${of}, dtype: ${dtype}, shape: [${shape.join(', ')}]}`;
  const manifest = `apiVersion: inferstack.dev/v1
kind: Model
name: ${name}
version: "1"
signature:
  inputs:
${columns.map((column) => spec(column.input, column)).join('\n')}
  outputs:
${columns.map((column) => spec(`${column.input}-out`, column)).join('\n')}
${rest}card: {owner: tests, intendedUse: Gives back what it gets., trainingData: none}
`;
  const nested = (value: unknown): unknown =>
    shape.reduceRight<unknown>(
      (inner, size) => Array(typeof size === 'number' ? size : 1).fill(inner),
      value,
    );
  const sample = {
    id: 'one',
    inputs: Object.fromEntries(columns.map(({ input, value: v }) => [input, nested(v)])),
    outputs: Object.fromEntries(columns.map(({ input, value: v }) => [`${input}-out`, nested(v)])),
  };
  return writePackage({
    'model.yaml': manifest,
    'model.onnx': graph,
    'samples.jsonl': sampleLines([sample]),
    'baseline.json': undefined,
  });
}
