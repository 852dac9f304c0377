import { fromBf16Bits, fromFp16Bits, toBf16Bits, toFp16Bits } from '../../runtime/src/model';

const NAN_FP16 = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

test('every FP16 pattern survives', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromFp16Bits(bits);
    if (NAN_FP16(bits)) expect(Number.isNaN(value)).toBe(true);
    else if (toFp16Bits(value) !== bits) throw new Error(`pattern ${bits} became ${toFp16Bits(value)}`);
  }
});

test('every BF16 pattern survives', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromBf16Bits(bits);
    if (Number.isNaN(value)) continue;
    if (toBf16Bits(value) !== bits) throw new Error(`pattern ${bits} became ${toBf16Bits(value)}`);
  }
});

// IEEE 754: nearest, ties to even.
test.each<[what: string, value: number, bits: number]>([
  ['halfway between 1 and its successor', 1 + 2 ** -11, 0x3c00],
  ['just above halfway', 1 + 2 ** -11 + 2 ** -30, 0x3c01],
  ['halfway above an odd pattern', 1 + 3 * 2 ** -11, 0x3c02],
  ['a carry into the exponent', 2 - 2 ** -12, 0x4000],
  ['the largest number', 65504, 0x7bff],
  ['what rounds down to it', 65519.99, 0x7bff],
  ['what rounds to infinity', 65520, 0x7c00],
  ['the smallest normal number', 2 ** -14, 0x0400],
  ['a carry from subnormal to normal', 2 ** -14 - 2 ** -26, 0x0400],
  ['the smallest number', 2 ** -24, 0x0001],
  ['half of it', 2 ** -25, 0x0000],
  ['a little more than half of it', 2 ** -25 * 1.01, 0x0001],
  ['negative zero', -0, 0x8000],
  ['a number that FP32 would first round up to a power of two', 4 - 2 ** -40, 0x4400],
])('FP16 of %s', (_, value, bits) => {
  expect(toFp16Bits(value)).toBe(bits);
});

test.each<[what: string, value: number, bits: number]>([
  ['halfway between 1 and its successor', 1 + 2 ** -8, 0x3f80],
  ['halfway above an odd pattern', 1 + 3 * 2 ** -8, 0x3f82],
  ['infinity', Number.POSITIVE_INFINITY, 0x7f80],
  ['what rounds to infinity', 3.4e38, 0x7f80],
  ['negative zero', -0, 0x8000],
])('BF16 of %s', (_, value, bits) => {
  expect(toBf16Bits(value)).toBe(bits);
});

test('NaN stays NaN', () => {
  expect(fromFp16Bits(toFp16Bits(Number.NaN))).toBeNaN();
  expect(fromBf16Bits(toBf16Bits(Number.NaN))).toBeNaN();
});
