import fc from 'fast-check';
import { readMsgpack } from './judge/msgpack-reader';
import { writeMsgpack } from './judge/msgpack-writer';
import { Unknown, type Value } from './judge/value';

const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'binary' }),
    fc.constant(new Unknown()),
    fc.uint8Array().map((bytes) => new Unknown(12, bytes)),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

test('what is written is read again', () => {
  fc.assert(fc.property(values, (value) => expect(readMsgpack(writeMsgpack(value))).toEqual(value)));
});

test.each([
  ['c0', null],
  ['7f', 127],
  ['e0', -32],
  ['cc ff', 255],
  ['cd 01 00', 256],
  ['ce 00 01 00 00', 65_536],
  ['cf 00 00 00 01 00 00 00 00', 2 ** 32],
  ['d0 80', -128],
  ['d1 ff 7f', -129],
  ['d2 ff ff 7f ff', -32_769],
  ['d3 ff ff ff ff 7f ff ff ff', -2_147_483_649],
  ['ca 3f c0 00 00', 1.5],
  ['cb 3f f8 00 00 00 00 00 00', 1.5],
  ['a2 c3 a9', 'é'],
  ['d9 01 61', 'a'],
  ['da 00 01 61', 'a'],
  ['92 c2 c3', [false, true]],
  ['dc 00 01 01', [1]],
  ['81 a1 61 01', { a: 1 }],
  ['de 00 01 a1 61 01', { a: 1 }],
  ['c4 01 07', new Uint8Array([7])],
  ['d4 00 00', new Unknown()],
  ['c7 02 0c 80 00', new Unknown(12, new Uint8Array([0x80, 0]))],
] as const)('reads %s', (bytes, value) => {
  expect(readMsgpack(Buffer.from(bytes.replaceAll(' ', ''), 'hex'))).toEqual(value);
});

test.each([
  ['c1', 'tag 0xc1'],
  ['a2 61', 'bytes wanted'],
  ['c0 c0', 'bytes after'],
  ['d4 05 00', 'extension 5'],
])('refuses %s', (bytes, why) => {
  expect(() => readMsgpack(Buffer.from(bytes.replaceAll(' ', ''), 'hex'))).toThrow(why);
});
