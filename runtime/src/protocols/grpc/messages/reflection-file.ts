import type { AnyMessage } from '../schema/message';
import type { ProtoFile, Service } from '../schema/proto-file';
import { type ReflectionMessages, reflectionV1, reflectionV1Alpha } from './reflection-messages';

export const reflectionServices = {
  v1: reflectionService('grpc.reflection.v1', reflectionV1),
  v1alpha: reflectionService('grpc.reflection.v1alpha', reflectionV1Alpha),
};

export const reflectionFiles: readonly ProtoFile[] = [
  reflectionFile('grpc.reflection.v1', reflectionV1, reflectionServices.v1),
  reflectionFile('grpc.reflection.v1alpha', reflectionV1Alpha, reflectionServices.v1alpha),
];

function reflectionService(pkg: string, messages: ReflectionMessages) {
  const method = {
    name: 'ServerReflectionInfo',
    request: messages.ServerReflectionRequest,
    response: messages.ServerReflectionResponse,
    requestStream: true,
    responseStream: true,
  } as const;
  return { fullName: `${pkg}.ServerReflection`, methods: [method] } satisfies Service;
}

function reflectionFile(pkg: string, messages: ReflectionMessages, service: Service): ProtoFile {
  return {
    name: `${pkg.replaceAll('.', '/')}/reflection.proto`,
    package: pkg,
    messages: Object.values<AnyMessage>(messages),
    enumerations: [],
    services: [service],
  };
}
