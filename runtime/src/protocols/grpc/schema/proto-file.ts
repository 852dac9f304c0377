import type { AnyMessage } from './message';

export interface Method {
  readonly name: string;
  readonly request: AnyMessage;
  readonly response: AnyMessage;
  /** Whether the client sends any number of messages. @default false */
  readonly requestStream?: boolean;
  /** Whether the server sends any number of messages. @default false */
  readonly responseStream?: boolean;
}

export interface Service {
  /** With package, for example `grpc.health.v1.Health`. */
  readonly fullName: string;
  readonly methods: readonly Method[];
}

export interface Enumeration {
  /** With package and outer message. */
  readonly fullName: string;
  readonly values: Readonly<Record<string, number>>;
}

/** What one .proto file declares. */
export interface ProtoFile {
  /** As other files would import it. */
  readonly name: string;
  readonly package: string;
  /** In the order of the file, inner messages included. */
  readonly messages: readonly AnyMessage[];
  readonly enumerations: readonly Enumeration[];
  readonly services: readonly Service[];
}

/** The path of a method in HTTP/2. */
export const methodPath = (service: Service, method: Method): string => `/${service.fullName}/${method.name}`;
