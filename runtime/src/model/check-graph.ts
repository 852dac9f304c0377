import type { Dimension, InputSpec, OutputSpec } from '../contract';
import { closestName } from './closest';
import type { DocumentReport } from './document-report';
import type { OnnxDimension, OnnxGraph, OnnxValue } from './onnx/onnx-graph';
import { type Signature, showShape } from './signature';

type Side = 'inputs' | 'outputs';
type Spec = InputSpec | OutputSpec;

/** Compares the signature with what the graph declares: names, dtypes, ranks and fixed dimensions. */
export function checkGraph(report: DocumentReport, signature: Signature, graph: OnnxGraph): void {
  for (const side of ['inputs', 'outputs'] as const) {
    checkNames(report, side, signature[side], graph);
    for (const [i, spec] of signature[side].entries()) {
      const value = graph[side].find(({ name }) => name === spec.name);
      if (value?.kind === 'tensor') checkValue(report, side, i, spec, value);
    }
  }
}

function checkNames(report: DocumentReport, side: Side, specs: readonly Spec[], graph: OnnxGraph): void {
  const one = side === 'inputs' ? 'input' : 'output';
  const inGraph = graph[side].map(({ name }) => name);
  const inSignature = specs.map(({ name }) => name);
  const unlisted = inGraph.filter((name) => !inSignature.includes(name));
  for (const [i, name] of inSignature.entries()) {
    if (inGraph.includes(name)) continue;
    const likely = closestName(name, unlisted);
    if (likely !== undefined) unlisted.splice(unlisted.indexOf(likely), 1);
    report.add(['signature', side, i, 'name'], {
      what: `the graph has no ${one} of this name`,
      got: name,
      allowed: inGraph.join(' | '),
      remedy: missingRemedy(side, name, likely, graph),
    });
  }
  for (const name of unlisted) {
    report.add(['signature', side], {
      what: `the graph has the ${one} "${name}", which the signature leaves out`,
      got: inSignature,
      allowed: inGraph.join(' | '),
      remedy: `Add it to the signature, or export the graph without it.`,
    });
  }
}

function missingRemedy(side: Side, name: string, likely: string | undefined, graph: OnnxGraph): string {
  if (likely !== undefined) return `Did you mean "${likely}"?`;
  if (side === 'inputs' && graph.defaultedInputs.includes(name)) {
    return 'Remove it: the graph holds its value as a weight.';
  }
  return 'Correct the name, or remove the entry.';
}

function checkValue(report: DocumentReport, side: Side, i: number, spec: Spec, value: OnnxValue): void {
  const path = ['signature', side, i];
  if (value.dtype !== undefined && value.dtype !== spec.dtype) {
    report.add([...path, 'dtype'], {
      what: 'the graph has another dtype',
      got: spec.dtype,
      allowed: value.dtype,
      remedy: `Write ${value.dtype}, or export the graph with another type.`,
    });
  }
  const { shape } = value;
  if (shape === undefined || shapesAgree(spec.shape, shape)) return;
  report.add([...path, 'shape'], {
    what: shape.length === spec.shape.length ? 'the graph has another shape' : 'the graph has another rank',
    got: showShape(spec.shape),
    allowed: showShape(shape),
    remedy: shapeRemedy(spec.shape, shape),
  });
}

/** A fixed dimension of the graph must be the same number; a free one may be named or fixed in the signature. */
function shapesAgree(spec: readonly Dimension[], graph: readonly OnnxDimension[]): boolean {
  return (
    spec.length === graph.length &&
    graph.every((dimension, i) => typeof dimension !== 'number' || dimension === spec[i])
  );
}

function shapeRemedy(spec: readonly Dimension[], graph: readonly OnnxDimension[]): string {
  const fixedBatch = typeof spec[0] === 'string' && typeof graph[0] === 'number';
  return fixedBatch && spec.length === graph.length
    ? `Write ${graph[0]} as the first dimension, or export the graph with a free (dynamic) batch axis.`
    : 'Correct the shape, or export the graph again.';
}
