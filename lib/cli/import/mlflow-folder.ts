import { readFileSync } from 'node:fs';
import path from 'node:path';
import { show } from '@inferstack/runtime/contract';
import { parse } from 'yaml';
import { importError } from './problems';

/** What the MLmodel file of a logged model says that a package needs. */
export interface MlflowFolder {
  /** The graph. */
  readonly file: string;
  /** What the run called the model. */
  readonly name: string | undefined;
  /** Names of a column-based signature, in its order; undefined for one of tensors, or none. */
  readonly columns: readonly string[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a folder that `mlflow.onnx.log_model` or `save_model` wrote.
 *
 * Source: https://mlflow.org/docs/latest/ml/model/#model-signature
 *
 * @throws ProblemError IMPORT_MLMODEL, IMPORT_NO_ONNX
 */
export function readMlflowFolder(directory: string): MlflowFolder {
  const at = path.join(directory, 'MLmodel');
  const document = fields(at, readYaml(at));
  const flavors = fields(`${at} flavors`, document['flavors'] ?? {});
  if (flavors['onnx'] === undefined) {
    throw importError('IMPORT_NO_ONNX', at, {
      what: 'the model was not logged with the ONNX flavor',
      got: Object.keys(flavors).join(', ') || 'no flavor',
      allowed: 'onnx',
      remedy: 'Convert it to ONNX and log it with mlflow.onnx.log_model.',
    });
  }
  const { data = 'model.onnx' } = fields(`${at} flavors.onnx`, flavors['onnx']);
  const inside = typeof data === 'string' && !path.isAbsolute(data) && !data.split(/[/\\]/).includes('..');
  if (!inside) throw badForm(`${at} flavors.onnx.data`, data, 'a path inside the folder');
  const name = document['name'] ?? document['artifact_path'];
  return {
    file: path.join(directory, data),
    name: typeof name === 'string' && !name.includes(':') ? path.posix.basename(name) : undefined,
    columns: signatureColumns(at, document['signature']),
  };
}

/** The inputs are JSON inside of the YAML. Columns have no `tensor-spec`; without names they tell nothing. */
function signatureColumns(at: string, signature: unknown): string[] | undefined {
  if (signature === undefined || signature === null) return undefined;
  const { inputs } = fields(`${at} signature`, signature);
  if (typeof inputs !== 'string') return undefined;
  let specs: unknown;
  try {
    specs = JSON.parse(inputs);
  } catch {
    throw badForm(`${at} signature.inputs`, inputs, 'JSON');
  }
  if (!Array.isArray(specs)) throw badForm(`${at} signature.inputs`, specs, 'a list');
  const names = specs
    .map((spec) => fields(`${at} signature.inputs`, spec))
    .filter((spec) => spec['tensor-spec'] === undefined);
  const named = names.map(({ name }) => name).filter((name) => typeof name === 'string');
  return named.length > 0 && named.length === specs.length ? named : undefined;
}

function readYaml(at: string): unknown {
  try {
    return parse(readFileSync(at, 'utf8')) as unknown;
  } catch (error) {
    throw badForm(at, (error as Error).message.split('\n')[0], 'YAML');
  }
}

function fields(at: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badForm(at, value, 'a mapping');
}

const badForm = (at: string, got: unknown, allowed: string): Error =>
  importError('IMPORT_MLMODEL', at, {
    what: 'the file has not the form that MLflow writes',
    got: show(got),
    allowed,
    remedy: 'Log the model again, or import its .onnx file by itself.',
  });
