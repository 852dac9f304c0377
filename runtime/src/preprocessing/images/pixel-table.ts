import type { Dtype, ImageStep } from '../../contract';
import { toFp16Bits } from '../../model/half-float';

/** What each of the 256 values of a channel becomes: `table[channel * 256 + value]`. */
export type PixelTable = Float32Array | Uint16Array | Uint8Array;

type Table = (step: Pick<ImageStep, 'divideBy' | 'mean' | 'std'>, channels: number) => PixelTable;

/** Dtypes an image can fill. */
export const PIXEL_TABLES: Readonly<Partial<Record<Dtype, Table>>> = {
  FP32: floats,
  FP16: (step, channels) => Uint16Array.from(floats(step, channels), toFp16Bits),
  UINT8: (_, channels) => Uint8Array.from({ length: channels * 256 }, (_, i) => i % 256),
};

/**
 * In the float32 arithmetic of NumPy and of `ToTensor` and `Normalize` of torchvision, rounded after every operation, so
 * that the last bit is the same.
 */
function floats({ divideBy, mean, std }: Parameters<Table>[0], channels: number): Float32Array {
  const f = Math.fround;
  return Float32Array.from({ length: channels * 256 }, (_, i) => {
    const channel = i >> 8;
    let value = i & 255;
    if (divideBy !== undefined) value = f(value / f(divideBy));
    if (mean !== undefined) value = f(value - f(mean[channel]!));
    return std === undefined ? value : f(value / f(std[channel]!));
  });
}
