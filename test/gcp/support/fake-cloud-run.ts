import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resource } from './synthesize';

const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/**
 * One service of the Admin API of Cloud Run: reads, and updates by mask and etag.
 * Source: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
 */
export class FakeCloudRun {
  /** Traffic after every update of it: shares by revision. */
  readonly history: Record<string, number>[] = [];
  /** Called before an update is looked at, as others that write at the same time. */
  interfere: () => void = () => undefined;
  private readonly server: Server;
  private readonly ready = new Map<string, boolean>();
  private generation = 0;
  private service: Resource;

  constructor(
    private readonly path: string,
    traffic: readonly Resource[],
  ) {
    this.service = {
      name: path,
      annotations: { 'inferstack.dev/model': 'breast-cancer' },
      traffic: [...traffic],
    };
    this.server = createServer((request, response) => {
      const answered = this.answer(request).catch((error) => failed({ code: 500, message: String(error) }));
      void answered.then(({ code, body }) => {
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.server.unref();
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** An apply: a new revision, or none; traffic and foreign annotations as they were. */
  apply(revision?: string): void {
    this.generation += 1;
    if (revision === undefined) return;
    if (this.ready.has(revision)) throw new Error(`409: Revision named '${revision}' already exists`);
    this.ready.set(revision, false);
    this.service['latestCreatedRevision'] = `${this.path}/revisions/${revision}`;
  }

  makeReady(revision: string): void {
    this.ready.set(revision, true);
    this.service['latestReadyRevision'] = `${this.path}/revisions/${revision}`;
  }

  /** As `gcloud run services update-traffic`. */
  moveByHand(shares: Record<string, number>): void {
    const traffic = Object.entries(shares).map(([revision, percent]) => ({
      type: REVISION,
      revision,
      percent,
    }));
    this.update({ traffic }, ['traffic']);
  }

  set reconciling(reconciling: boolean) {
    this.service['reconciling'] = reconciling;
  }

  get annotations(): Record<string, string> {
    return this.service['annotations'];
  }

  get traffic(): Resource[] {
    return this.service['traffic'];
  }

  get shares(): Record<string, number> {
    const shares = this.traffic.filter(({ percent }) => percent > 0);
    return Object.fromEntries(shares.map(({ revision, percent }) => [revision ?? 'latest', percent]));
  }

  private async answer(request: IncomingMessage): Promise<{ code: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const [, revision] = pathname.split(`/v2/${this.path}/revisions/`);
    if (request.method === 'GET' && revision !== undefined) return this.revision(revision);
    if (pathname !== `/v2/${this.path}`) return failed({ code: 404, message: pathname });
    if (request.method === 'GET') return { code: 200, body: { ...this.service, etag: this.etag } };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Resource;
    this.interfere();
    const refusal = this.refusal(body);
    if (refusal !== undefined) return failed(refusal);
    this.update(body, searchParams.get('updateMask')!.split(','));
    return { code: 200, body: { name: 'operations/1' } };
  }

  private revision(name: string): { code: number; body: unknown } {
    const ready = this.ready.get(name);
    if (ready === undefined) return failed({ code: 404, message: name });
    const state = ready ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED';
    return {
      code: 200,
      body: {
        name,
        conditions: [
          { type: 'Active', state },
          { type: 'Ready', state },
        ],
      },
    };
  }

  private refusal({ etag, traffic }: Resource): Refusal | undefined {
    if (etag !== this.etag) return { code: 409, message: 'the resource was changed' };
    const targets = traffic as Resource[];
    const sum = targets.reduce((total, { percent = 0 }) => total + percent, 0);
    if (sum !== 100) return { code: 400, message: `traffic of ${sum}` };
    const wrong = targets.find(
      ({ type, revision, percent }) =>
        type !== REVISION || !this.ready.has(revision) || !Number.isInteger(percent),
    );
    return wrong && { code: 400, message: `bad target ${JSON.stringify(wrong)}` };
  }

  private update(body: Resource, mask: readonly string[]): void {
    this.generation += 1;
    for (const field of mask) this.service[field] = body[field];
    if (mask.includes('traffic')) this.history.push(this.shares);
  }

  private get etag(): string {
    return `"${this.generation}"`;
  }
}

const failed = ({ code, message }: Refusal) => ({ code, body: { error: { code, message } } });
