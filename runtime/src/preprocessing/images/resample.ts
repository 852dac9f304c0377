import type { ResizeKernel } from '../../contract';
import type { Size, Window } from './geometry';
import { KERNELS, type Kernel } from './kernels';

/** Interleaved pixels of 8 bits a channel. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
  readonly channels: number;
}

/** Digits of the fixed-point weights, as Pillow has them. */
const PRECISION_BITS = 22;
const ONE = 2 ** PRECISION_BITS;
const HALF = 2 ** (PRECISION_BITS - 1);

/** The pixels that make one pixel of the result, and their weights. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `stride` weights a pixel. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Brings an image to a size and cuts a window out of it: the pixels `Image.resize` and `Image.crop` of Pillow give, bit by
 * bit, without computing those outside the window.
 *
 * Source: https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export function resample(source: Pixels, resized: Size, window: Window, kernel: ResizeKernel): Pixels {
  if (kernel === 'nearest' || (source.width === resized.width && source.height === resized.height))
    return pick(source, resized, window);
  const filter = KERNELS[kernel];
  const across = taps(source.width, resized.width, window.left, window.width, filter);
  const down = taps(source.height, resized.height, window.top, window.height, filter);
  if (isVerticalFirst(source, resized)) {
    const [left, right] = reach(across);
    const shortened = vertical(source, down, { left, right, top: 0 });
    return horizontal(shortened, across, { top: 0, bottom: window.height, left });
  }
  const [top, bottom] = reach(down);
  const narrowed = horizontal(source, across, { top, bottom, left: 0 });
  return vertical(narrowed, down, { left: 0, right: window.width, top });
}

/** The first pixel that is needed, and the one behind the last. */
function reach({ first, count }: Taps): [from: number, to: number] {
  return [first[0]!, first.at(-1)! + count.at(-1)!];
}

/**
 * Pillow 13 goes over the columns first where that leaves less to do; seen in its results, which differ by the rounding
 * between the passes. Earlier versions always go over the rows first.
 */
function isVerticalFirst(source: Size, resized: Size): boolean {
  const less = source.height - resized.height;
  return less > 0 && less > 2 * (source.width - resized.width);
}

/** Weights of the pixels from `start` on. An axis whose size stays has one pixel a pixel. */
function taps(from: number, to: number, start: number, length: number, { support, weight }: Kernel): Taps {
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const reach = support * filterScale;
  const stride = from === to ? 1 : Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length).fill(1);
  const weights = new Int32Array(length * stride).fill(ONE);
  for (let i = 0; i < length; i++) {
    first[i] = start + i;
    if (from === to) continue;
    const center = (start + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - reach + 0.5));
    const high = Math.min(from, Math.trunc(center + reach + 0.5));
    first[i] = low;
    count[i] = high - low;
    const exact = normalized(high - low, (tap) => weight((tap + low - center + 0.5) * (1 / filterScale)));
    weights.set(exact.map(fixedPoint), i * stride);
  }
  return { first, count, weights, stride };
}

function normalized(length: number, weight: (tap: number) => number): Float64Array {
  const weights = Float64Array.from({ length }, (_, tap) => weight(tap));
  const sum = weights.reduce((total, one) => total + one, 0);
  return sum === 0 ? weights : weights.map((one) => one / sum);
}

function fixedPoint(weight: number): number {
  return Math.trunc(weight < 0 ? weight * ONE - 0.5 : weight * ONE + 0.5);
}

/** The rows from `top` to `bottom`, narrowed. */
function horizontal(
  source: Pixels,
  { first, count, weights, stride }: Taps,
  { top, bottom, left }: { readonly top: number; readonly bottom: number; readonly left: number },
): Pixels {
  const { data, channels } = source;
  const width = first.length;
  const result = new Uint8ClampedArray(width * (bottom - top) * channels);
  let to = 0;
  for (let y = top; y < bottom; y++) {
    const row = (y * source.width - left) * channels;
    for (let x = 0; x < width; x++) {
      const from = row + first[x]! * channels;
      const start = x * stride;
      if (channels === 3) {
        // The common case: a weight is read once for all three.
        let red = HALF;
        let green = HALF;
        let blue = HALF;
        for (let tap = 0, at = from; tap < count[x]!; tap++, at += 3) {
          const one = weights[start + tap]!;
          red += data[at]! * one;
          green += data[at + 1]! * one;
          blue += data[at + 2]! * one;
        }
        result[to++] = red >> PRECISION_BITS;
        result[to++] = green >> PRECISION_BITS;
        result[to++] = blue >> PRECISION_BITS;
      } else {
        let sum = HALF;
        for (let tap = 0; tap < count[x]!; tap++) sum += data[from + tap]! * weights[start + tap]!;
        result[to++] = sum >> PRECISION_BITS;
      }
    }
  }
  return { data: new Uint8Array(result.buffer), width, height: bottom - top, channels };
}

/** The columns from `left` to `right`, shortened. */
function vertical(
  source: Pixels,
  { first, count, weights, stride }: Taps,
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
): Pixels {
  const { data, channels } = source;
  const line = source.width * channels;
  const width = right - left;
  const height = first.length;
  const result = new Uint8ClampedArray(height * width * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const from = (first[y]! - top) * line + left * channels;
    const end = y * stride + count[y]!;
    for (let x = 0; x < width * channels; x++) {
      let sum = HALF;
      let at = from + x;
      for (let tap = y * stride; tap < end; tap++, at += line) sum += data[at]! * weights[tap]!;
      result[to++] = sum >> PRECISION_BITS;
    }
  }
  return { data: new Uint8Array(result.buffer), width, height, channels };
}

/** The nearest pixel for each one; for a size that stays, the pixel itself. */
function pick(source: Pixels, resized: Size, { left, top, width, height }: Window): Pixels {
  const { data, channels } = source;
  const columns = nearest(source.width, resized.width).subarray(left, left + width);
  const rows = nearest(source.height, resized.height).subarray(top, top + height);
  const result = new Uint8Array(width * height * channels);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * source.width + column) * channels;
      for (let channel = 0; channel < channels; channel++) result[to++] = data[from + channel]!;
    }
  }
  return { data: result, width, height, channels };
}

/** Positions are summed up, not multiplied, as Pillow does: the last bit decides at the edges of pixels. */
function nearest(from: number, to: number): Int32Array {
  const scale = from / to;
  const positions = new Int32Array(to);
  let position = scale * 0.5;
  for (let i = 0; i < to; i++, position += scale) positions[i] = Math.min(Math.trunc(position), from - 1);
  return positions;
}

/** Pillow's mode L. */
export function toGrey({ data, width, height, channels }: Pixels): Pixels {
  if (channels === 1) return { data, width, height, channels };
  const grey = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
  return { data: grey, width, height, channels: 1 };
}
