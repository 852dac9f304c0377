import type { Random } from './random';

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x5b, 0x7b, 0x0a];

/** Flips, overwrites, cuts, repeats or inserts bytes; one to four times. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let n = 1 + random.below(4); n > 0 && result.length > 0; n--) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(bytes: Buffer, random: Random): Buffer<ArrayBuffer> {
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random.below(16));
  switch (random.below(6)) {
    case 0:
      return spliced(bytes, at, at + 1, Buffer.of(bytes[at]! ^ (1 << random.below(8))));
    case 1:
      return spliced(bytes, at, at + 1, Buffer.of(random.pick(INTERESTING)));
    case 2:
      return Buffer.from(bytes.subarray(0, at));
    case 3:
      return spliced(bytes, at, at, bytes.subarray(at, end));
    case 4:
      return spliced(bytes, at, end, Buffer.alloc(0));
    default:
      return spliced(bytes, at, at, Buffer.from(Array.from({ length: end - at }, () => random.below(256))));
  }
}

function spliced(bytes: Buffer, from: number, to: number, middle: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
}
