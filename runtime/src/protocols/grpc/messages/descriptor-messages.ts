import { Message, nested, nestedList } from '../schema/message';
import { bool, enumeration, int32, optional, string } from '../schema/scalars';

/**
 * The part of descriptor.proto that the files of this server need.
 * Source: https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
const MessageOptions = new Message('google.protobuf.MessageOptions', { map_entry: bool(7) });

const FieldDescriptor = new Message('google.protobuf.FieldDescriptorProto', {
  name: string(1),
  number: int32(3),
  label: enumeration(4, 'google.protobuf.FieldDescriptorProto.Label'),
  type: enumeration(5, 'google.protobuf.FieldDescriptorProto.Type'),
  type_name: string(6),
  oneof_index: optional(int32(9)),
});
const OneofDescriptor = new Message('google.protobuf.OneofDescriptorProto', { name: string(1) });
const EnumValueDescriptor = new Message('google.protobuf.EnumValueDescriptorProto', {
  name: string(1),
  number: optional(int32(2)),
});
const EnumDescriptor = new Message('google.protobuf.EnumDescriptorProto', {
  name: string(1),
  value: nestedList(2, EnumValueDescriptor),
});

/** A map entry: the one kind of message that is made, not declared. */
const MapEntryDescriptor = new Message('google.protobuf.DescriptorProto', {
  name: string(1),
  field: nestedList(2, FieldDescriptor),
  options: nested(7, MessageOptions),
});
const InnerDescriptor = new Message('google.protobuf.DescriptorProto', {
  name: string(1),
  field: nestedList(2, FieldDescriptor),
  nested_type: nestedList(3, MapEntryDescriptor),
  oneof_decl: nestedList(8, OneofDescriptor),
  options: nested(7, MessageOptions),
});
const OuterDescriptor = new Message('google.protobuf.DescriptorProto', {
  name: string(1),
  field: nestedList(2, FieldDescriptor),
  nested_type: nestedList(3, InnerDescriptor),
  enum_type: nestedList(4, EnumDescriptor),
  oneof_decl: nestedList(8, OneofDescriptor),
});

const MethodDescriptor = new Message('google.protobuf.MethodDescriptorProto', {
  name: string(1),
  input_type: string(2),
  output_type: string(3),
  client_streaming: bool(5),
  server_streaming: bool(6),
});
const ServiceDescriptor = new Message('google.protobuf.ServiceDescriptorProto', {
  name: string(1),
  method: nestedList(2, MethodDescriptor),
});

export const FileDescriptor = new Message('google.protobuf.FileDescriptorProto', {
  name: string(1),
  package: string(2),
  message_type: nestedList(4, OuterDescriptor),
  service: nestedList(6, ServiceDescriptor),
  syntax: string(12),
});
