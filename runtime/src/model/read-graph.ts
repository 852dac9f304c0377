import path from 'node:path';
import { type Problem, ProblemError } from '../contract';
import { checkGraph } from './check-graph';
import type { ManifestParts } from './check-manifest';
import { checkServed } from './check-served';
import { DocumentReport } from './document-report';
import { inspectOnnx } from './onnx/inspect-onnx';
import type { OnnxGraph } from './onnx/onnx-graph';
import type { ListedFile } from './package-files';
import { resolveInside } from './package-path';
import type { ReadManifest } from './read-manifest';
import { repeatedSteps } from './repeated-steps';

/** Finds and inspects the graph, its external data included, and compares it with the signature. */
export function readGraph(
  directory: string,
  { graph: written, parts, locate }: ReadManifest,
  files: readonly ListedFile[],
  problems: Problem[],
): void {
  const file = resolveInside({ at: locate(['graph']), written, base: '', role: 'graph' }, files, problems);
  if (file === undefined) return;
  const graph = inspect(path.join(directory, file.path), file.path, problems);
  if (graph === undefined) return;
  checkExternalData(file.path, graph, files, problems);
  problems.push(...checkServed(file.path, graph));
  refuseRepeated(new DocumentReport('STEP_REPEATED', locate, problems), parts, graph);
  if (parts.signature === undefined) return;
  checkGraph(new DocumentReport('SIGNATURE_MISMATCH', locate, problems), parts.signature, graph);
}

/** What may be meant is a warning of `model check`, see `repeatedSteps`. */
function refuseRepeated(report: DocumentReport, parts: ManifestParts, graph: OnnxGraph): void {
  for (const { path: at, step, operator, tensor, wrong } of repeatedSteps(parts, graph)) {
    if (!wrong) continue;
    report.add(at, {
      what: `the graph does this itself, at "${tensor}": it would be done twice`,
      got: step,
      allowed: `what the graph does not do; it has ${operator} there`,
      remedy: 'Remove it from model.yaml, or export the graph without it.',
    });
  }
}

function inspect(file: string, at: string, problems: Problem[]): OnnxGraph | undefined {
  try {
    return inspectOnnx(file);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, at })));
    return undefined;
  }
}

/** Weights beside the graph must be in the package, so that they are hashed and travel with it, and complete. */
function checkExternalData(
  graphFile: string,
  graph: OnnxGraph,
  files: readonly ListedFile[],
  problems: Problem[],
): void {
  const folder = path.posix.dirname(graphFile);
  const base = folder === '.' ? '' : folder;
  for (const { location, minBytes } of graph.externalData) {
    const reference = { at: graphFile, written: location, base, role: 'external data file' };
    const file = resolveInside(reference, files, problems);
    if (file === undefined || file.bytes >= minBytes) continue;
    problems.push({
      code: 'ONNX_INVALID',
      at: file.path,
      what: 'the external data file is shorter than the graph says',
      got: `${file.bytes} bytes`,
      allowed: `at least ${minBytes} bytes`,
      remedy: 'Copy the file again, from the same export as the graph.',
    });
  }
}
