import type { Manifest, Problem, Tensor, TensorData } from '../../contract';
import type { OnnxSessionOptions } from '../onnx-session';
import type { Calibration } from './calibrate';

/** What a worker needs to load the model; travels as plain data. */
export interface LaneSpec {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly session: OnnxSessionOptions;
  /** Inputs of one row to measure the model on before it is ready, where that is not done elsewhere. @default - it is */
  readonly calibrateOn?: { readonly sample: readonly Tensor[]; readonly canStack: boolean } | undefined;
}

/** To the worker: run these inputs, or finish. */
export type ToWorker =
  | { readonly type: 'run'; readonly inputs: readonly Tensor[] }
  | { readonly type: 'close' };

/** From the worker. */
export type FromWorker =
  | { readonly type: 'ready'; readonly calibration?: Calibration | undefined }
  | { readonly type: 'done'; readonly outputs: readonly Tensor[] }
  | { readonly type: 'failed'; readonly problems: readonly Problem[] };

/**
 * Tensors that are safe to hand over: a view of a larger buffer (a request body) is copied, since sending it would
 * copy the whole buffer behind it.
 */
export function compact(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor) => ({ ...tensor, data: compactData(tensor.data) }));
}

/** What can be handed to another thread instead of being copied. */
export function buffersOf(tensors: readonly Tensor[]): ArrayBuffer[] {
  const buffers = tensors.flatMap(({ data }) => (Array.isArray(data) ? [] : [data.buffer as ArrayBuffer]));
  return [...new Set(buffers)];
}

function compactData(data: TensorData): TensorData {
  return Array.isArray(data) || data.byteLength === data.buffer.byteLength ? data : data.slice();
}
