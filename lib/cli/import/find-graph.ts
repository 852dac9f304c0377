import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type MlflowFolder, readMlflowFolder } from './mlflow-folder';
import { importError } from './problems';

/**
 * The graph at a path: a .onnx file, an MLflow model folder, or a folder with one .onnx file.
 *
 * @throws ProblemError IMPORT_NO_ONNX, IMPORT_MLMODEL
 */
export function findGraph(from: string): MlflowFolder {
  const found = statSync(from, { throwIfNoEntry: false });
  if (found === undefined) throw noGraph(from, 'nothing is there', 'nothing');
  if (found.isFile()) return { file: from, name: undefined, columns: undefined };
  if (existsSync(path.join(from, 'MLmodel'))) return readMlflowFolder(from);
  const graphs = readdirSync(from).filter((name) => name.endsWith('.onnx'));
  const [only] = graphs;
  if (only !== undefined && graphs.length === 1) {
    return { file: path.join(from, only), name: undefined, columns: undefined };
  }
  throw noGraph(from, 'the folder has not one graph', graphs.join(', ') || 'no .onnx file and no MLmodel');
}

const noGraph = (at: string, what: string, got: string): Error =>
  importError('IMPORT_NO_ONNX', at, {
    what,
    got,
    allowed: 'a .onnx file, a folder with one, or an MLflow model folder',
    remedy: 'Give the path of the .onnx file itself.',
  });
