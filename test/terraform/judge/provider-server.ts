import path from 'node:path';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ProviderSchema } from './block-schema';
import { type Method, providerService } from './provider-service';

const UNLIMITED = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

let definition: ServiceClientConstructor['service'] | undefined;

/**
 * A provider on the local network, inside this process. Terraform attaches to it and leaves it running, so no plugin
 * is started and none stays behind.
 */
export class ProviderServer {
  private readonly server = new Server(UNLIMITED);
  private port = 0;

  constructor(private readonly schema: ProviderSchema) {
    this.server.addService(service(), implementation(providerService(schema)));
  }

  async start(): Promise<void> {
    this.port = await new Promise((resolve, reject) =>
      this.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      ),
    );
  }

  stop(): void {
    this.server.forceShutdown();
  }

  /** Its entry in TF_REATTACH_PROVIDERS; `Test` keeps terraform from ending this process. */
  get reattach(): Readonly<Record<string, object>> {
    return {
      [`registry.terraform.io/hashicorp/${this.schema.name}`]: {
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: process.pid,
        Test: true,
        Addr: { Network: 'tcp', String: `127.0.0.1:${this.port}` },
      },
    };
  }
}

function service(): ServiceClientConstructor['service'] {
  if (definition === undefined) {
    const proto = loadSync(path.join(__dirname, 'tfplugin5.proto'), {
      keepCase: true,
      longs: Number,
      enums: String,
      defaults: true,
      oneofs: true,
    });
    const loaded = loadPackageDefinition(proto) as unknown as {
      tfplugin5: { Provider: ServiceClientConstructor };
    };
    definition = loaded.tfplugin5.Provider.service;
  }
  return definition;
}

function implementation(methods: Readonly<Record<string, Method>>): UntypedServiceImplementation {
  const handlers = Object.entries(methods).map(([name, method]) => {
    const handler: UntypedServiceImplementation[string] = (
      call: { request: Parameters<Method>[0] },
      callback: (error: object | null, response?: object) => void,
    ) => {
      try {
        callback(null, method(call.request));
      } catch (error) {
        callback({ code: status.INTERNAL, details: error instanceof Error ? error.stack : String(error) });
      }
    };
    return [name, handler] as const;
  });
  return Object.fromEntries(handlers);
}
