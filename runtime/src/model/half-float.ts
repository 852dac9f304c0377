// Conversions between numbers and the 16-bit patterns of FP16 (IEEE 754 binary16) and BF16 (the upper half of FP32).

const scratch = new DataView(new ArrayBuffer(4));

/** Spacing of FP16 below 2^-14, where the exponent can shrink no further. */
const FP16_SUBNORMAL_STEP = 2 ** -24;

/** FP16 bit pattern nearest to a number, ties to even; what rounds beyond 65504 is infinity. */
export function toFp16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Adding the step or a carry overflows from mantissa into exponent by itself: the pattern is one counting scale.
  if (size < 2 ** -14) return sign | roundToEven(size / FP16_SUBNORMAL_STEP);
  const exponent = exponentOf(size);
  return sign | (((exponent + 14) << 10) + roundToEven((size / 2 ** exponent) * 1024));
}

export function fromFp16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * FP16_SUBNORMAL_STEP;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** BF16 bit pattern nearest to the FP32 nearest to a number, ties to even. */
export function toBf16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function fromBf16Bits(bits: number): number {
  scratch.setUint32(0, (bits << 16) >>> 0);
  return scratch.getFloat32(0);
}

/** Power of two at or below a normal number, from the bits: logarithms round wrongly near powers of two. */
function exponentOf(size: number): number {
  scratch.setFloat32(0, size);
  const exponent = ((scratch.getUint32(0) >>> 23) & 255) - 127;
  return size < 2 ** exponent ? exponent - 1 : exponent;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
