import type { Answer } from './agreement';

/** Whether every float of an answer is a number. Predictions are: they are refused otherwise where they are made. */
export function hasFiniteOutputs(answer: Answer): boolean {
  if ('predictions' in answer) return true;
  return answer.outputs.every(({ dtype, data }) => {
    if (dtype !== 'FP32' && dtype !== 'FP64') return true;
    return (data as Float32Array | Float64Array).every(Number.isFinite);
  });
}
