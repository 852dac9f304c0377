import type { Tensor } from '../../runtime/src/contract';
import {
  encodeInferResponse,
  encodeStreamResponse,
} from '../../runtime/src/protocols/grpc/infer/encode-infer-response';
import { ModelInferResponse } from '../../runtime/src/protocols/grpc/messages/infer-messages';
import { fixtureBytes } from './support/fixture';

const scores: Tensor = { name: 'scores', dtype: 'FP32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) };
const label: Tensor = { name: 'label', dtype: 'BYTES', shape: [1], data: ['yes'] };
const rawResponse = { model: 'm', version: '2', id: 'r-1', outputs: [scores, label], raw: true };

test('a raw response is, byte for byte, that of the reference implementation', () => {
  expect(encodeInferResponse(rawResponse).toString('hex')).toBe(fixtureBytes('rawResponse').toString('hex'));
});

test('so is the response in a stream', () => {
  expect(encodeStreamResponse(rawResponse).toString('hex')).toBe(
    fixtureBytes('streamResponse').toString('hex'),
  );
});

test('so is a typed response', () => {
  const outputs: Tensor[] = [
    { ...scores, shape: [2] },
    { name: 'doubles', dtype: 'FP64', shape: [1], data: Float64Array.of(1 / 3) },
    { name: 'label', dtype: 'BYTES', shape: [2], data: ['yes', 'n\u00f6'] },
    { name: 'class', dtype: 'INT64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) },
    { name: 'big', dtype: 'UINT64', shape: [2], data: BigUint64Array.of(2n ** 64n - 1n, 2n ** 21n + 5n) },
    { name: 'small', dtype: 'INT8', shape: [2], data: Int8Array.of(-5, 5) },
    { name: 'flag', dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
    { name: 'count', dtype: 'UINT16', shape: [1], data: Uint16Array.of(300) },
  ];
  const bytes = encodeInferResponse({ model: 'm', version: '2', id: '', outputs, raw: false });
  expect(bytes.toString('hex')).toBe(fixtureBytes('typedResponse').toString('hex'));
});

test('one 16-bit float makes the whole response raw', () => {
  const half: Tensor = { name: 'half', dtype: 'FP16', shape: [1], data: Uint16Array.of(0x3e00) };
  const bytes = encodeInferResponse({ ...rawResponse, outputs: [scores, half], raw: false });
  const { outputs, raw_output_contents } = ModelInferResponse.decode(bytes);
  expect(outputs.map((output) => output.contents)).toEqual([undefined, undefined]);
  expect(raw_output_contents.map((raw) => raw.length)).toEqual([8, 2]);
});

test('outputs that are views of a larger batch send their own part only', () => {
  const batch = Float32Array.of(1, 2, 3, 4);
  const outputs = [{ ...scores, data: batch.subarray(2) }];
  const { raw_output_contents } = ModelInferResponse.decode(encodeInferResponse({ ...rawResponse, outputs }));
  expect(new Float32Array(Uint8Array.from(raw_output_contents[0]!).buffer)).toEqual(Float32Array.of(3, 4));
});

test('long lists push their lengths apart', () => {
  const data = Array.from({ length: 3000 }, (_, i) => `text ${i} \u00e9`);
  const outputs: Tensor[] = [{ name: 'texts', dtype: 'BYTES', shape: [3000], data }];
  const [output] = ModelInferResponse.decode(
    encodeInferResponse({ ...rawResponse, outputs, raw: false }),
  ).outputs;
  expect(output!.contents!.bytes_contents.map((text) => Buffer.from(text).toString())).toEqual(data);
});
