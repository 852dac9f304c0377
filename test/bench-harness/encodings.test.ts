import path from 'node:path';
import { frame, unframe } from '../../runtime/bench/load/grpc-frame';
import { type BenchModel, openBenchModel } from '../../runtime/bench/requests/bench-model';
import { binaryRequest } from '../../runtime/bench/requests/binary-encoding';
import { checkReply } from '../../runtime/bench/requests/check-reply';
import { grpcRequest } from '../../runtime/bench/requests/grpc-encoding';
import { goldenResponse, jsonRequest } from '../../runtime/bench/requests/json-encoding';
import { rawElements, readRawElements } from '../../runtime/bench/requests/raw-elements';
import { decodeInferRequest } from '../../runtime/src/protocols/grpc/infer/decode-infer-request';
import {
  ModelInferRequest,
  ModelInferResponse,
} from '../../runtime/src/protocols/grpc/messages/infer-messages';

const EXAMPLE = path.resolve(__dirname, '../../examples/models/breast-cancer/2');

test('the request is the first golden sample of the package, its numbers as written', () => {
  const model = openBenchModel(EXAMPLE);
  const { inputs } = JSON.parse(Buffer.from(jsonRequest(model).body).toString()) as BenchModel;
  expect(inputs).toEqual([
    { name: 'features', datatype: 'FP32', shape: [1, 30], data: expect.any(Array) as number[] },
  ]);
  expect(inputs[0]!.data).toHaveLength(30);
  expect(Math.max(...inputs[0]!.data.map((value) => String(value).length))).toBeLessThan(10);
});

test('binary: header length as announced, aligned, then the raw elements', () => {
  const model = openBenchModel(EXAMPLE);
  const { headers, body } = binaryRequest(model);
  const length = Number(headers['inference-header-content-length']);
  const bytes = Buffer.from(body);
  expect(length % 8).toBe(0);
  expect(body).toHaveLength(length + 30 * 4);
  const header = JSON.parse(bytes.toString('utf8', 0, length)) as { inputs: unknown[] };
  expect(header.inputs).toEqual([
    { name: 'features', datatype: 'FP32', shape: [1, 30], parameters: { binary_data_size: 120 } },
  ]);
  const elements = model.inputs[0]!.data.map((_, i) => bytes.readFloatLE(length + 4 * i));
  expect(elements).toEqual(model.inputs[0]!.data.map(Math.fround));
});

test('gRPC: what the runtime decodes is the golden sample, and it is to answer raw', () => {
  const model = openBenchModel(EXAMPLE);
  const { body } = grpcRequest(model);
  const request = decodeInferRequest(unframe(Buffer.from(body)));
  expect(request).toMatchObject({ model: 'breast-cancer', version: undefined, raw: true });
  expect(request.inputs).toEqual([
    {
      name: 'features',
      dtype: 'FP32',
      shape: [1, 30],
      data: Float32Array.from(model.inputs[0]!.data),
    },
  ]);
});

test('raw elements are read back from any offset', () => {
  const tensor = { name: 'x', shape: [1, 2], data: [-5, 2 ** 40] };
  for (const datatype of ['INT64', 'FP32'] as const) {
    const bytes = Buffer.concat([Buffer.from('x'), rawElements({ ...tensor, datatype })]);
    expect(readRawElements(datatype, bytes.subarray(1))).toEqual(tensor.data);
  }
});

test('a right answer passes in every encoding, a wrong one does not', () => {
  const model = openBenchModel(EXAMPLE);
  const json = { status: 200, headers: {}, body: Buffer.from(goldenResponse(model)) };
  expect(() => checkReply(model, 'json', json)).not.toThrow();
  expect(() => checkReply(model, 'binary', binaryReply(model))).not.toThrow();
  expect(() => checkReply(model, 'grpc', grpcReply(model))).not.toThrow();

  const [first, ...others] = model.outputs;
  const wrong = { ...model, outputs: [{ ...first!, data: first!.data.map((v) => v + 0.01) }, ...others] };
  expect(() => checkReply(wrong, 'json', json)).toThrow(`wrong answer: ${first!.name}`);
  expect(() => checkReply(wrong, 'binary', binaryReply(model))).toThrow('wrong answer');
  expect(() => checkReply(wrong, 'grpc', grpcReply(model))).toThrow('wrong answer');
});

/** What a server that speaks binary would send: the request format with outputs in place of inputs. */
function binaryReply(model: BenchModel) {
  const { headers, body } = binaryRequest({ ...model, inputs: model.outputs });
  const name = 'inference-header-content-length';
  const bytes = Buffer.from(body);
  const length = Number(headers[name]);
  const header = Buffer.from(bytes.toString('utf8', 0, length).replace('"inputs"', '"outputs"'));
  return {
    status: 200,
    headers: { [name]: String(header.length) },
    body: Buffer.concat([header, bytes.subarray(length)]),
  };
}

/** The same over gRPC: what the request holds as inputs comes back as outputs. */
function grpcReply(model: BenchModel) {
  const { body } = grpcRequest({ ...model, inputs: model.outputs });
  const { inputs, raw_input_contents } = ModelInferRequest.decode(unframe(Buffer.from(body)));
  const response = ModelInferResponse.encode({ outputs: inputs, raw_output_contents: raw_input_contents });
  return { status: 200, headers: {}, body: frame(response) };
}
