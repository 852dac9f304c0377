import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { FileDescriptorProto, FileDescriptorSet } from 'protobufjs/ext/descriptor';
import { reflectionServices } from '../../runtime/src/protocols/grpc/messages/reflection-file';
import {
  type ReflectionMessages,
  reflectionV1,
  reflectionV1Alpha,
} from '../../runtime/src/protocols/grpc/messages/reflection-messages';
import type { MessageValue } from '../../runtime/src/protocols/grpc/schema/message';
import { GrpcTestClient } from './support/grpc-test-client';
import { GrpcTestServer } from './support/grpc-test-server';

let server: GrpcTestServer;
let client: GrpcTestClient;

beforeAll(async () => {
  server = await GrpcTestServer.start([]);
  client = new GrpcTestClient(server.port);
});

afterAll(async () => {
  client.close();
  await server.stop();
});

type Question = Partial<MessageValue<ReflectionMessages['ServerReflectionRequest']>>;

describe.each([
  ['v1', reflectionServices.v1, reflectionV1],
  ['v1alpha', reflectionServices.v1alpha, reflectionV1Alpha],
] as const)('%s', (_, service, messages) => {
  async function ask(question: Question) {
    const stream = client.stream(service, service.methods[0]!);
    const answer = once(stream, 'data');
    stream.write(messages.ServerReflectionRequest.encode(question));
    const [bytes] = (await answer) as [Buffer];
    stream.end();
    return messages.ServerReflectionResponse.decode(bytes);
  }

  test('lists the services', async () => {
    const { list_services_response, original_request } = await ask({ list_services: '', host: 'h' });
    expect(list_services_response!.service.map(({ name }) => name).sort()).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'inference.GRPCInferenceService',
    ]);
    expect(original_request).toMatchObject({ host: 'h', list_services: '' });
  });

  test.each([
    'inference.GRPCInferenceService',
    'inference.GRPCInferenceService.ModelInfer',
    'inference.ModelInferRequest.InferInputTensor',
    'inference.InferParameter.bool_param',
  ])('finds the file of %s, from which a generic client can make the messages', async (symbol) => {
    const { file_descriptor_response } = await ask({ file_containing_symbol: symbol });
    const [bytes] = file_descriptor_response!.file_descriptor_proto;
    const root = fromDescriptor(bytes!);
    expect(root.lookupType('inference.ModelInferRequest').fields.inputs!.id).toBe(5);
    expect(root.lookupService('inference.GRPCInferenceService').methods.ModelStreamInfer).toMatchObject({
      requestStream: true,
      responseStream: true,
    });
  });

  test('finds a file by its name', async () => {
    const { file_descriptor_response } = await ask({ file_by_filename: 'grpc/health/v1/health.proto' });
    const root = fromDescriptor(file_descriptor_response!.file_descriptor_proto[0]!);
    expect(root.lookupEnum('grpc.health.v1.HealthCheckResponse.ServingStatus').values).toMatchObject({
      SERVING: 1,
    });
  });

  const unknown: readonly Question[] = [
    { file_containing_symbol: 'no.Such' },
    { file_by_filename: 'no.proto' },
    { file_containing_extension: { containing_type: 'inference.ModelInferRequest', extension_number: 7 } },
    { all_extension_numbers_of_type: 'no.Such' },
  ];
  test.each(unknown)('tells that there is no %j', async (question) => {
    expect((await ask(question)).error_response!.error_code).toBe(status.NOT_FOUND);
  });

  test('a question without a question', async () => {
    expect((await ask({})).error_response!.error_code).toBe(status.INVALID_ARGUMENT);
  });

  test('a type without extensions', async () => {
    const type = 'inference.ModelInferRequest';
    const { all_extension_numbers_response } = await ask({ all_extension_numbers_of_type: type });
    expect(all_extension_numbers_response).toEqual({ base_type_name: type, extension_number: [] });
  });
});

test('bytes that are no question end the stream', async () => {
  const stream = client.stream(reflectionServices.v1, reflectionServices.v1.methods[0]!);
  const failed = once(stream, 'error');
  stream.resume();
  stream.write(Buffer.from([255]));
  const [error] = (await failed) as [{ code: number }];
  expect(error.code).toBe(status.INVALID_ARGUMENT);
});

/** As protobufjs reads a descriptor: an implementation of its own. */
function fromDescriptor(bytes: Uint8Array): protobuf.Root {
  const root = protobuf.Root as unknown as { fromDescriptor(set: object): protobuf.Root };
  const file = FileDescriptorProto.decode(bytes);
  return root.fromDescriptor(FileDescriptorSet.create({ file: [file] }));
}
