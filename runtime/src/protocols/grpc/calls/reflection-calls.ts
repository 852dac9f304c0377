import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { ReflectionMessages } from '../messages/reflection-messages';
import { fileDescriptor } from '../schema/file-descriptor';
import type { MessageValue } from '../schema/message';
import type { ProtoFile } from '../schema/proto-file';
import { WireError } from '../wire/wire-error';

type Request = MessageValue<ReflectionMessages['ServerReflectionRequest']>;
type Response = Partial<MessageValue<ReflectionMessages['ServerReflectionResponse']>>;

/**
 * Server reflection: generic clients (grpcurl, Postman) ask it for the .proto files.
 * Source: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
 */
export class ReflectionCalls {
  private readonly descriptors = new Map<string, Buffer>();
  private readonly fileOfSymbol = new Map<string, string>();
  private readonly services: readonly { readonly name: string }[];

  constructor(files: readonly ProtoFile[]) {
    this.services = files.flatMap((file) => file.services.map(({ fullName }) => ({ name: fullName })));
    for (const file of files) {
      this.descriptors.set(file.name, fileDescriptor(file));
      for (const symbol of symbols(file)) this.fileOfSymbol.set(symbol, file.name);
    }
  }

  /** Answers one stream of questions. */
  serve(call: ServerDuplexStream<Buffer, Buffer>, messages: ReflectionMessages): void {
    call.on('data', (bytes: Buffer) => {
      try {
        const request = messages.ServerReflectionRequest.decode(bytes);
        call.write(messages.ServerReflectionResponse.encode(this.answer(request)));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        call.emit('error', { code: status.INVALID_ARGUMENT, details: `REQUEST_SYNTAX: ${error.message}` });
      }
    });
    call.on('end', () => call.end());
    // Without a listener the event would end the process.
    call.on('error', () => {});
  }

  private answer(request: Request): Response {
    const head = { valid_host: request.host, original_request: request };
    const extended = request.file_containing_extension?.containing_type;
    if (request.list_services !== undefined) {
      return { ...head, list_services_response: { service: [...this.services] } };
    }
    if (request.file_by_filename !== undefined) return { ...head, ...this.file(request.file_by_filename) };
    if (request.file_containing_symbol !== undefined)
      return { ...head, ...this.symbol(request.file_containing_symbol) };
    if (extended !== undefined) return { ...head, ...notFound(`an extension of ${extended}`) };
    if (request.all_extension_numbers_of_type !== undefined) {
      return { ...head, ...this.extensions(request.all_extension_numbers_of_type) };
    }
    const error_message = 'The request asks for nothing.';
    return { ...head, error_response: { error_code: status.INVALID_ARGUMENT, error_message } };
  }

  private file(name: string): Response {
    const descriptor = this.descriptors.get(name);
    if (descriptor === undefined) return notFound(`the file ${name}`);
    return { file_descriptor_response: { file_descriptor_proto: [descriptor] } };
  }

  private symbol(name: string): Response {
    const file = this.fileOfSymbol.get(name);
    return file === undefined ? notFound(`the symbol ${name}`) : this.file(file);
  }

  /** proto3 has no extensions. */
  private extensions(type: string): Response {
    if (!this.fileOfSymbol.has(type)) return notFound(`the type ${type}`);
    return { all_extension_numbers_response: { base_type_name: type, extension_number: [] } };
  }
}

function symbols(file: ProtoFile): string[] {
  return [
    ...file.messages.flatMap(({ fullName, fields }) => [
      fullName,
      ...Object.keys(fields as object).map((field) => `${fullName}.${field}`),
    ]),
    ...file.enumerations.map(({ fullName }) => fullName),
    ...file.services.flatMap(({ fullName, methods }) => [
      fullName,
      ...methods.map(({ name }) => `${fullName}.${name}`),
    ]),
  ];
}

function notFound(what: string): Response {
  return { error_response: { error_code: status.NOT_FOUND, error_message: `There is no ${what} here.` } };
}
