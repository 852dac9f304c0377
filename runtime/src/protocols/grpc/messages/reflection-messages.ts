import { Message, nested, nestedList } from '../schema/message';
import { bytesList, int32, int32s, oneof, string } from '../schema/scalars';

/**
 * Messages of server reflection; v1 and v1alpha differ in the package alone.
 * Source: https://github.com/grpc/grpc-proto/blob/master/grpc/reflection/v1/reflection.proto
 */
function reflectionMessages(pkg: string) {
  const ExtensionRequest = new Message(`${pkg}.ExtensionRequest`, {
    containing_type: string(1),
    extension_number: int32(2),
  });
  const ServerReflectionRequest = new Message(`${pkg}.ServerReflectionRequest`, {
    host: string(1),
    file_by_filename: oneof('message_request', string(3)),
    file_containing_symbol: oneof('message_request', string(4)),
    file_containing_extension: oneof('message_request', nested(5, ExtensionRequest)),
    all_extension_numbers_of_type: oneof('message_request', string(6)),
    list_services: oneof('message_request', string(7)),
  });
  const FileDescriptorResponse = new Message(`${pkg}.FileDescriptorResponse`, {
    file_descriptor_proto: bytesList(1),
  });
  const ExtensionNumberResponse = new Message(`${pkg}.ExtensionNumberResponse`, {
    base_type_name: string(1),
    extension_number: int32s(2),
  });
  const ServiceResponse = new Message(`${pkg}.ServiceResponse`, { name: string(1) });
  const ListServiceResponse = new Message(`${pkg}.ListServiceResponse`, {
    service: nestedList(1, ServiceResponse),
  });
  const ErrorResponse = new Message(`${pkg}.ErrorResponse`, {
    error_code: int32(1),
    error_message: string(2),
  });
  const ServerReflectionResponse = new Message(`${pkg}.ServerReflectionResponse`, {
    valid_host: string(1),
    original_request: nested(2, ServerReflectionRequest),
    file_descriptor_response: oneof('message_response', nested(4, FileDescriptorResponse)),
    all_extension_numbers_response: oneof('message_response', nested(5, ExtensionNumberResponse)),
    list_services_response: oneof('message_response', nested(6, ListServiceResponse)),
    error_response: oneof('message_response', nested(7, ErrorResponse)),
  });
  return {
    ServerReflectionRequest,
    ExtensionRequest,
    ServerReflectionResponse,
    FileDescriptorResponse,
    ExtensionNumberResponse,
    ListServiceResponse,
    ServiceResponse,
    ErrorResponse,
  };
}

export const reflectionV1 = reflectionMessages('grpc.reflection.v1');
export const reflectionV1Alpha = reflectionMessages('grpc.reflection.v1alpha');
export type ReflectionMessages = typeof reflectionV1;
