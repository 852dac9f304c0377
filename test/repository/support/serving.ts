import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import type { ServeRole } from '../../../runtime/src/serve';
import { GrpcTestClient } from '../../grpc/support/grpc-test-client';
import { inferRequest, outputsOf, sampleInputs } from '../../grpc/support/infer-request';
import { get, post, type Reply } from '../../runtime/support/http-client';
import { serve } from '../../runtime/support/in-process';
import { MODELS, testConfig } from '../../runtime/support/packages';

export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly reason: string;
}

const address = { host: '127.0.0.1', port: 0 };

/** A configuration with gRPC; models run inline, so that their estimates do not depend on the machine. */
export function config(
  models: readonly string[],
  repository: Partial<RuntimeConfig['repository']> = {},
  change: Partial<RuntimeConfig> = {},
): RuntimeConfig {
  const base = testConfig(models, change);
  return {
    ...base,
    listeners: { ...base.listeners, grpc: address },
    limits: { ...base.limits, maxInFlight: 1000 },
    repository: { explicitControl: true, maxMemoryBytes: 0, ...repository },
    execution: { ...base.execution, placement: 'inline', ...change.execution },
  };
}

/** The real role with real models, asked as clients ask it. */
export class Serving {
  static async start(given: RuntimeConfig): Promise<Serving> {
    return new Serving(await serve(given));
  }

  readonly grpc: GrpcTestClient;

  private constructor(readonly role: ServeRole) {
    this.grpc = new GrpcTestClient(role.ports.grpc!);
  }

  post(route: string, body?: unknown): Promise<Reply> {
    return post(this.role.ports.inference, route, body);
  }

  get(route: string): Promise<Reply> {
    return get(this.role.ports.inference, route);
  }

  async index(): Promise<IndexEntry[]> {
    return (await this.post('/v2/repository/index', {})).json;
  }

  /** `name/version` of what is in a state. */
  async inState(state: string): Promise<string[]> {
    return (await this.index())
      .filter((entry) => entry.state === state)
      .map(({ name, version }) => `${name}/${version}`);
  }

  async health(): Promise<ReturnType<typeof JSON.parse>> {
    return (await get(this.role.ports.management, '/health')).json;
  }

  async metrics(): Promise<string> {
    return (await get(this.role.ports.management, '/metrics')).text;
  }

  async stop(): Promise<void> {
    this.grpc.close();
    await this.role.stop();
  }
}

/** Asks one model for one of its golden samples and says whether the answer is right. */
export class Asker {
  readonly pkg: ModelPackage;
  private readonly outputs: Readonly<Record<string, number[]>>;

  constructor(
    private readonly serving: Serving,
    readonly model: string,
    private readonly sample = 0,
  ) {
    this.pkg = openModelPackage(path.resolve(MODELS, model));
    const outputs = Object.entries(this.pkg.samples[sample]!.outputs);
    this.outputs = Object.fromEntries(
      outputs.map(([name, value]) => [name, (value as unknown[]).flat(9).map(Number)]),
    );
  }

  get route(): string {
    const { name, version } = this.pkg.manifest;
    return `/v2/models/${name}/versions/${version}`;
  }

  /** The reply; throws when it is an answer and not the right one. */
  async http(): Promise<Reply> {
    const { manifest, samples } = this.pkg;
    const inputs = manifest.signature.inputs.map(({ name, dtype }) => {
      const data = samples[this.sample]!.inputs[name] as unknown[];
      return { name, datatype: dtype, shape: shapeOf(data), data };
    });
    const reply = await this.serving.post(`${this.route}/infer`, { inputs });
    if (reply.status === 200) {
      for (const output of reply.json.outputs) this.check(output.name, output.data);
    }
    return reply;
  }

  /** Throws when the call fails or its answer is not the right one. */
  async grpc(): Promise<void> {
    const { name, version } = this.pkg.manifest;
    const request = inferRequest(name, sampleInputs(this.pkg, this.sample));
    const response = await this.serving.grpc.call('ModelInfer', { ...request, model_version: version });
    for (const output of outputsOf(response))
      this.check(output.name, [...(output.data as Iterable<unknown>)]);
  }

  private check(name: string, data: readonly unknown[]): void {
    const wanted = this.outputs[name];
    if (wanted === undefined) return;
    const right = wanted.length === data.length && wanted.every((value, i) => close(value, Number(data[i])));
    if (!right) throw new Error(`${this.model}: ${name} is ${data.join()} instead of ${wanted.join()}`);
  }
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 + 1e-3 * Math.abs(a);

function shapeOf(data: unknown): number[] {
  return Array.isArray(data) ? [data.length, ...shapeOf(data[0])] : [];
}

/** Asks without pause, several at a time, until it is told to stop. */
export function traffic(askers: readonly (() => Promise<unknown>)[]): {
  answered: () => number;
  stop: () => Promise<void>;
} {
  let stopped = false;
  let answered = 0;
  const clients = Promise.all(
    askers.map(async (ask) => {
      while (!stopped) {
        await ask();
        answered++;
      }
    }),
  );
  // A failure is told by `stop`.
  clients.catch(() => undefined);
  return {
    answered: () => answered,
    stop: async () => {
      stopped = true;
      await clients;
    },
  };
}
