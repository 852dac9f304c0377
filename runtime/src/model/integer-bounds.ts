import type { Dtype } from '../contract';

/** Lowest and highest value of an integer dtype. */
export function integerBounds(dtype: Dtype): readonly [low: bigint, high: bigint] {
  const bits = BigInt(dtype.replace(/\D+/, ''));
  if (dtype.startsWith('UINT')) return [0n, (1n << bits) - 1n];
  return [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}
