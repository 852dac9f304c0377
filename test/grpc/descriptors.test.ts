import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'protobufjs';
import { FileDescriptor } from '../../runtime/src/protocols/grpc/messages/descriptor-messages';
import { healthFile } from '../../runtime/src/protocols/grpc/messages/health-file';
import { inferenceFile, inferenceService } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { reflectionFiles } from '../../runtime/src/protocols/grpc/messages/reflection-file';
import { fileDescriptor } from '../../runtime/src/protocols/grpc/schema/file-descriptor';
import { fixture } from './support/fixture';

const PROTO = path.resolve(__dirname, '../../runtime/proto/grpc_service.proto');

test.each([
  ['grpc_service.proto', inferenceFile],
  ['health', healthFile],
  ['reflection', reflectionFiles[1]!],
])('the descriptor of %s is, byte for byte, that of protoc', (name, file) => {
  expect(fileDescriptor(file).toString('hex')).toBe(fixture.descriptors[name]);
});

test('reflection v1 differs from v1alpha in the package alone', () => {
  const text = (index: number) =>
    JSON.stringify(FileDescriptor.decode(fileDescriptor(reflectionFiles[index]!)));
  expect(text(0).replaceAll(/reflection([./])v1/g, 'reflection$1v1alpha')).toBe(text(1));
});

test('the .proto file declares every method and nothing else', async () => {
  const root = await load(PROTO);
  const service = root.lookupService(inferenceService.fullName);
  expect(Object.keys(service.methods)).toEqual(inferenceService.methods.map((method) => method.name));
  expect(readFileSync(PROTO, 'utf8')).toContain('package inference;');
});
