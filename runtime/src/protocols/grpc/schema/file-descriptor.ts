import { FileDescriptor } from '../messages/descriptor-messages';
import type { FieldFacts, FieldType } from './field';
import type { AnyMessage, MessageValue } from './message';
import type { Enumeration, ProtoFile, Service } from './proto-file';

type File = MessageValue<typeof FileDescriptor>;
type Outer = File['message_type'][number];
type Inner = Outer['nested_type'][number];
type MapEntry = Inner['nested_type'][number];
type FieldValue = MapEntry['field'][number];

const OPTIONAL = 1;
const REPEATED = 3;
const TYPES: Readonly<Record<FieldType, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  bool: 8,
  string: 9,
  message: 11,
  bytes: 12,
  uint32: 13,
  enum: 14,
};

/** The FileDescriptorProto of a file: what reflection serves, so that generic clients need no .proto file. */
export function fileDescriptor(file: ProtoFile): Buffer {
  const outer = file.messages.filter((message) => parent(message.fullName) === file.package);
  return FileDescriptor.encode({
    name: file.name,
    package: file.package,
    message_type: outer.map((message) => outerDescriptor(message, file)),
    service: file.services.map(serviceDescriptor),
    syntax: 'proto3',
  });
}

function outerDescriptor(message: AnyMessage, file: ProtoFile): Outer {
  const inside = ({ fullName }: { readonly fullName: string }) => parent(fullName) === message.fullName;
  return {
    name: last(message.fullName),
    field: fields(message),
    nested_type: [...file.messages.filter(inside).map(innerDescriptor), ...mapEntries(message).map(asInner)],
    enum_type: file.enumerations.filter(inside).map(enumDescriptor),
    oneof_decl: oneofs(message).map((name) => ({ name })),
  };
}

function innerDescriptor(message: AnyMessage): Inner {
  return {
    name: last(message.fullName),
    field: fields(message),
    nested_type: mapEntries(message),
    oneof_decl: oneofs(message).map((name) => ({ name })),
    options: undefined,
  };
}

const asInner = (entry: MapEntry): Inner => ({ ...entry, nested_type: [], oneof_decl: [] });

/** A map is a list of messages made for it, with the fields key and value. */
function mapEntries(message: AnyMessage): MapEntry[] {
  return facts(message)
    .filter(([, { mapValue }]) => mapValue !== undefined)
    .map(([name, { mapValue }]) => ({
      name: entryName(name),
      field: [
        fieldDescriptor('key', { number: 1, type: 'string', repeated: false }),
        fieldDescriptor('value', { number: 2, type: 'message', repeated: false, ...mapValue }),
      ],
      options: { map_entry: true },
    }));
}

function fields(message: AnyMessage): FieldValue[] {
  const names = oneofs(message);
  return facts(message).map(([name, fact]) => {
    const typeName = fact.mapValue ? `${message.fullName}.${entryName(name)}` : fact.typeName;
    const index = fact.oneof === undefined ? undefined : names.indexOf(fact.oneof);
    return fieldDescriptor(name, { ...fact, typeName }, index);
  });
}

function fieldDescriptor(name: string, fact: FieldFacts, oneofIndex?: number): FieldValue {
  return {
    name,
    number: fact.number,
    label: fact.repeated ? REPEATED : OPTIONAL,
    type: TYPES[fact.type],
    type_name: fact.typeName === undefined ? '' : `.${fact.typeName}`,
    oneof_index: oneofIndex,
  };
}

function enumDescriptor({ fullName, values }: Enumeration) {
  const value = Object.entries(values).map(([name, number]) => ({ name, number }));
  return { name: last(fullName), value };
}

function serviceDescriptor({ fullName, methods }: Service): File['service'][number] {
  const method = methods.map(({ name, request, response, requestStream, responseStream }) => ({
    name,
    input_type: `.${request.fullName}`,
    output_type: `.${response.fullName}`,
    client_streaming: requestStream ?? false,
    server_streaming: responseStream ?? false,
  }));
  return { name: last(fullName), method };
}

function facts(message: AnyMessage): [string, FieldFacts][] {
  return Object.entries(message.fields as Record<string, { readonly facts: FieldFacts }>).map(
    ([name, field]) => [name, field.facts],
  );
}

function oneofs(message: AnyMessage): string[] {
  const names = facts(message).flatMap(([, { oneof }]) => oneof ?? []);
  return [...new Set(names)];
}

/** `response_stats` -> `ResponseStatsEntry`, as protoc names them. */
function entryName(field: string): string {
  return `${field.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Entry`;
}

const parent = (fullName: string): string => fullName.slice(0, fullName.lastIndexOf('.'));
const last = (fullName: string): string => fullName.slice(fullName.lastIndexOf('.') + 1);
