import type { ResizeKernel } from '../../contract';

/** A filter of Pillow: its weight at a distance, and the distance from which on it is zero. */
export interface Kernel {
  readonly support: number;
  weight(distance: number): number;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

const CUBIC_A = -0.5;

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((CUBIC_A + 2) * x - (CUBIC_A + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC_A : 0;
}

/** Source: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c */
export const KERNELS: Readonly<Record<Exclude<ResizeKernel, 'nearest'>, Kernel>> = {
  linear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, weight: cubic },
  lanczos3: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};
