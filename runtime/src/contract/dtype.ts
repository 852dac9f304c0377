/**
 * Tensor element types by their Open Inference Protocol names.
 * Source: https://github.com/kserve/open-inference-protocol, "Tensor Data Types".
 */
export const DTYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const;

export type Dtype = (typeof DTYPES)[number];

const INTEGERS: ReadonlySet<Dtype> = new Set([
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
]);
const FLOATS: ReadonlySet<Dtype> = new Set(['FP16', 'BF16', 'FP32', 'FP64']);

export const isInteger = (dtype: Dtype): boolean => INTEGERS.has(dtype);
export const isFloat = (dtype: Dtype): boolean => FLOATS.has(dtype);
export const isNumeric = (dtype: Dtype): boolean => isInteger(dtype) || isFloat(dtype);
