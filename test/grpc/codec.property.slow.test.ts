import path from 'node:path';
import fc from 'fast-check';
import { loadSync, type Type } from 'protobufjs';
import type { Tensor } from '../../runtime/src/contract';
import { RequestError } from '../../runtime/src/errors';
import { tensorBytes } from '../../runtime/src/inference/tensor-bytes';
import { decodeInferRequest } from '../../runtime/src/protocols/grpc/infer/decode-infer-request';
import { encodeInferResponse } from '../../runtime/src/protocols/grpc/infer/encode-infer-response';
import {
  ModelInferRequest,
  ModelInferResponse,
} from '../../runtime/src/protocols/grpc/messages/infer-messages';
import { inferenceFile } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { WireError } from '../../runtime/src/protocols/grpc/wire/wire-error';
import { messageArbitrary } from './support/message-arbitrary';
import { tensorArbitrary } from './support/tensor-arbitrary';

const root = loadSync(path.resolve(__dirname, '../../runtime/proto/grpc_service.proto'));
const peer = (fullName: string): Type => root.lookupType(fullName);
const RUNS = { numRuns: 200 };

describe.each(inferenceFile.messages.map((message) => [message.fullName, message] as const))(
  '%s',
  (name, message) => {
    test('is read as it was written, also by way of protobufjs', () => {
      fc.assert(
        fc.property(messageArbitrary(message), (value) => {
          const bytes = message.encode(value);
          expect(message.decode(bytes)).toEqual(value);
          const type = peer(name);
          const again = Buffer.from(type.encode(type.decode(bytes)).finish());
          expect(message.decode(again)).toEqual(value);
        }),
        { numRuns: 30 },
      );
    });
  },
);

test('tensors arrive as they were sent, raw and typed', () => {
  fc.assert(
    fc.property(fc.array(tensorArbitrary(), { maxLength: 4 }), fc.boolean(), (tensors, raw) => {
      const outputs = tensors.map((tensor, i) => ({ ...tensor, name: `t${i}` }));
      const response = encodeInferResponse({ model: 'm', version: '1', id: '', outputs, raw });
      const decoded = ModelInferResponse.decode(response);
      // A response has the fields of a request but for the number of the raw contents.
      const request = ModelInferRequest.encode({
        inputs: decoded.outputs,
        raw_input_contents: decoded.raw_output_contents,
      });
      expect(decodeInferRequest(request).inputs).toEqual(outputs);
    }),
    RUNS,
  );
});

test('bytes cut or changed anywhere are a request or an error of the caller', () => {
  const cut = fc.tuple(
    fc.array(tensorArbitrary(), { minLength: 1, maxLength: 3 }),
    fc.nat(),
    fc.nat(255),
    fc.nat(),
  );
  fc.assert(
    fc.property(cut, ([tensors, at, byte, end]) => {
      const bytes = sent(tensors);
      bytes[at % bytes.length] = byte;
      expectJudged(bytes);
      expectJudged(bytes.subarray(0, end % bytes.length));
    }),
    { numRuns: 1000 },
  );
});

test('any bytes at all are a request or an error of the caller', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectJudged(Buffer.from(bytes))),
    { numRuns: 3000 },
  );
});

test('any bytes at all are a message of any kind or a WireError', () => {
  const pairs = fc.tuple(fc.constantFrom(...inferenceFile.messages), fc.uint8Array({ maxLength: 100 }));
  fc.assert(
    fc.property(pairs, ([message, bytes]) => {
      try {
        message.decode(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
    { numRuns: 3000 },
  );
});

function sent(tensors: readonly Tensor[]): Buffer {
  return ModelInferRequest.encode({
    model_name: 'model',
    inputs: tensors.map(({ dtype, shape }, i) => ({
      name: `t${i}`,
      datatype: dtype,
      shape: shape.map(BigInt),
      parameters: new Map(),
      contents: undefined,
    })),
    raw_input_contents: tensors.map(tensorBytes),
  });
}

function expectJudged(bytes: Buffer): void {
  try {
    decodeInferRequest(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    expect((error as RequestError).grpc).toBe('INVALID_ARGUMENT');
  }
}
