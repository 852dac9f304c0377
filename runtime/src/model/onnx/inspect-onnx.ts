import fs from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemError, throwProblems } from '../../contract';
import { GraphReader } from './graph-reader';
import type { OnnxGraph } from './onnx-graph';
import { ProtobufError, ProtobufReader } from './protobuf-reader';

/** Other files that end up under the name of a graph, by their first bytes. */
const IMPOSTORS: readonly (readonly [start: string, what: string, remedy: string])[] = [
  ['version https://git-lfs', 'it is a Git LFS pointer', 'Fetch the file itself: `git lfs pull`.'],
  ['PK\u0003\u0004', 'it is a zip archive, as PyTorch and Keras write', 'Export the model to ONNX.'],
  ['\u0080\u0002', 'it is a Python pickle', 'Export the model to ONNX.'],
  ['\u0080\u0003', 'it is a Python pickle', 'Export the model to ONNX.'],
  ['\u0080\u0004', 'it is a Python pickle', 'Export the model to ONNX.'],
  ['\u0080\u0005', 'it is a Python pickle', 'Export the model to ONNX.'],
  ['\u001f\u008b', 'it is compressed with gzip', 'Unpack it.'],
  ['<', 'it is an HTML or XML page', 'Download the model file itself.'],
];
const REMEDY = 'Export the model again, or copy the file again if it was cut off on the way.';

/**
 * Tells what an ONNX file takes and gives: names, dtypes and shapes of inputs and outputs, operator sets, metadata,
 * external data. Reads the header only: weights are skipped, so gigabytes cost no more than kilobytes.
 *
 * @throws ProblemError PACKAGE_FILE_UNREADABLE, ONNX_INVALID (not ONNX, cut off, corrupt).
 */
export function inspectOnnx(file: string): OnnxGraph {
  const descriptor = open(file);
  try {
    const { size } = fs.fstatSync(descriptor);
    const impostor = recognize(descriptor);
    if (impostor !== undefined) throwProblems([invalid(file, ...impostor)]);
    const reader = new GraphReader(new ProtobufReader(descriptor, size));
    reader.readModel();
    if (!reader.hasGraph) throw new ProtobufError(size === 0 ? 'it is empty' : 'it holds no graph');
    return reader.result();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const reason =
      error instanceof ProtobufError ? error.message : `it cannot be read (${(error as Error).message})`;
    throw new ProblemError([invalid(file, reason, REMEDY)]);
  } finally {
    fs.closeSync(descriptor);
  }
}

function open(file: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (error) {
    throw new ProblemError([
      {
        code: 'PACKAGE_FILE_UNREADABLE',
        at: file,
        what: `the graph cannot be opened: ${(error as Error).message}`,
        remedy: 'Correct the path or the permissions.',
      },
    ]);
  }
}

function recognize(descriptor: number): [what: string, remedy: string] | undefined {
  const head = Buffer.alloc(32);
  fs.readSync(descriptor, head, 0, head.length, 0);
  const text = head.toString('latin1');
  const found = IMPOSTORS.find(([start]) => text.startsWith(start));
  return found === undefined ? undefined : [found[1], found[2]];
}

function invalid(file: string, reason: string, remedy: string): Problem {
  return {
    code: 'ONNX_INVALID',
    at: path.basename(file),
    what: `the file is not a complete ONNX model: ${reason}`,
    remedy,
  };
}
