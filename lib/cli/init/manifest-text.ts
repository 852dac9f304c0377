import { createRequire } from 'node:module';
import path from 'node:path';
import type { DraftSignature, DraftTensor } from './draft-signature';

export interface ManifestDraft {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly signature: DraftSignature;
  /** What is known of the card. @default - nothing */
  readonly card?: CardDraft;
}

/** What only a person knows, and a package must say. */
export interface CardDraft {
  readonly owner?: string;
  readonly intendedUse?: string;
  readonly trainingData?: string;
}

/** A model.yaml with what the graph tells, empty strings where only a person knows, and the rest as comments. */
export function manifestText({ directory, name, version, signature, card = {} }: ManifestDraft): string {
  return `${schemaLine(directory)}apiVersion: inferstack.dev/v1
kind: Model
name: ${name}
version: ${JSON.stringify(version)}
# description: One line on what it predicts.

signature:
  inputs:
${signature.inputs.map(inputText).join('\n')}
  outputs:
${signature.outputs.map(outputText).join('\n')}

${predictionText(signature)}

# Who answers for the model, and what a reviewer needs to know. Empty values are refused.
card:
  owner: ${JSON.stringify(card.owner ?? '')}
  # license: Apache-2.0
  intendedUse: ${JSON.stringify(card.intendedUse ?? '')}
  outOfScope: []
  trainingData: ${JSON.stringify(card.trainingData ?? '')}
  # evaluationData: Which rows the metrics were measured on.
  limitations: []
  references: []

# As measured on held-out rows by the training run:
# metrics:
#   - {name: accuracy, value: 0.97, target: 0.95, dataset: held-out, rows: 143, higherIsBetter: true}
`;
}

function inputText(input: DraftTensor): string {
  const last = input.shape.at(-1);
  const tabular = input.shape.length === 2 && typeof last === 'number' && input.dtype !== 'BOOL';
  const allowed = input.dtype === 'BYTES' ? 'categories: [a, b]' : 'range: [0, 100]';
  const hint =
    input.columns !== undefined
      ? `
      # Add what callers may send, for example: {name: age, unit: years, ${allowed}, sensitivity: confidential}
      columns:
${input.columns.map((column) => `        - {name: ${scalar(column)}}`).join('\n')}`
      : tabular
        ? `
      # What callers name the ${last === 1 ? 'value' : `${last} values, in the order of the graph`}, and what they may send:
      # columns:
      #   - {name: age, unit: years, ${allowed}, sensitivity: confidential}`
        : input.dtype === 'BYTES' || input.dtype === 'BOOL'
          ? ''
          : `
      # range: [0, 1]   # what every element must lie in`;
  return `    - name: ${scalar(input.name)}
      dtype: ${input.dtype}
      shape: ${shapeText(input)}${hint}`;
}

const outputText = (output: DraftTensor): string =>
  `    - {name: ${scalar(output.name)}, dtype: ${output.dtype}, shape: ${shapeText(output)}}`;

const shapeText = ({ shape }: DraftTensor): string =>
  `[${shape.map((dimension) => (typeof dimension === 'number' ? dimension : scalar(dimension))).join(', ')}]`;

function predictionText({ outputs }: DraftSignature): string {
  const scores = outputs.find(({ dtype }) => dtype.startsWith('FP')) ?? outputs[0];
  return `# How callers read the outputs; without it they get bare tensors. Uncomment and correct:
# prediction:
#   kind: binary   # binary, multiclass or regression
#   output: ${scalar(scores?.name ?? '')}
#   classes: [positive, negative]   # along the last dimension of the output
#   positive: positive
#   threshold: 0.5`;
}

/** Plain where YAML reads it back as the same string, else in quotes. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

/** Lets editors complete and check the file as it is written. */
function schemaLine(directory: string): string {
  const schema = createRequire(__filename).resolve('inferstack/schema/model.schema.json');
  const relative = path.relative(directory, schema).split(path.sep).join('/');
  return `# yaml-language-server: $schema=${relative}\n`;
}
