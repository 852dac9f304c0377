import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRevision {
  healthState: 'Healthy' | 'Unhealthy' | 'None';
  runningState: string;
  active: boolean;
}

export interface Weight {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly weight: number;
}

export const APP_ID =
  '/subscriptions/0/resourceGroups/rg-serving-endpoint/providers/Microsoft.App/containerApps/serving-endpoint';

const RIGHTS: Readonly<Record<string, string>> = {
  'GET app': 'Microsoft.App/containerApps/read',
  'PATCH app': 'Microsoft.App/containerApps/write',
  'GET revisions': 'Microsoft.App/containerApps/revisions/read',
  'GET revision': 'Microsoft.App/containerApps/revisions/read',
  'POST deactivate': 'Microsoft.App/containerApps/revisions/deactivate/action',
};

/**
 * Azure Resource Manager for one container app: reads, JSON merge patches of tags and traffic, revisions. Refuses what
 * Azure refuses, and requests without the right.
 */
export class FakeResourceManager {
  tags: Record<string, string> = { 'inferstack-endpoint': 'serving-endpoint' };
  traffic: readonly Weight[] = [{ latestRevision: true, weight: 100 }];
  readonly revisions = new Map<string, FakeRevision>();
  latest = '';
  /** Revision that the last program deploys. */
  deployed = '';
  /** Every traffic that was set by a request. */
  readonly moves: (readonly Weight[])[] = [];
  readonly refused: string[] = [];
  /** Called before a change is made. */
  beforePatch: () => Promise<void> = async () => undefined;
  /** Whether tags stay that a change leaves out. */
  keepsTags = true;
  /** Changes fail as they do while another operation is going on. */
  busy = false;
  private readonly server: Server = createServer((request, response) => {
    const failed = (error: unknown): Answer => {
      this.refused.push(String(error));
      return { status: 500, body: { error: String(error) } };
    };
    this.answer(request)
      .catch(failed)
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
  });

  constructor(private readonly rights: ReadonlyMap<string, readonly string[]>) {}

  async start(): Promise<string> {
    await new Promise<void>((started) => {
      this.server.listen(0, '127.0.0.1', started);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((stopped) => {
      this.server.close(stopped);
    });
  }

  /** What an apply of a new program does: another revision, traffic left alone. */
  deploy(suffix: string, revision: Partial<FakeRevision> = {}): string {
    const name = `serving-endpoint--${suffix}`;
    this.deployed = name;
    // As Azure does: https://github.com/microsoft/azure-container-apps/issues/650
    if (this.revisions.has(name)) return name;
    this.revisions.set(name, { healthState: 'None', runningState: 'Processing', active: true, ...revision });
    this.latest = name;
    return name;
  }

  deployReady(suffix: string): string {
    return this.deploy(suffix, { healthState: 'Healthy', runningState: 'Running' });
  }

  /** Percent of the requests by revision; none are left out. */
  get shares(): Record<string, number> {
    const named = this.traffic.map(
      ({ revisionName, weight }) => [revisionName ?? this.latest, weight] as const,
    );
    return Object.fromEntries(named.filter(([, weight]) => weight > 0));
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const route = this.route(request.method!, pathname);
    const refusal = this.refusal(request, route.name, searchParams.get('api-version'));
    if (refusal !== undefined) {
      this.refused.push(`${request.method} ${pathname}: ${refusal.status}`);
      return refusal;
    }
    if (route.name === 'PATCH app') return this.patch(JSON.parse(await bodyOf(request)));
    if (route.name === 'GET app') return { status: 200, body: this.app() };
    if (route.name === 'GET revisions') {
      return { status: 200, body: { value: [...this.revisions.keys()].map((name) => this.revision(name)) } };
    }
    if (!this.revisions.has(route.revision!)) return { status: 404, body: { error: 'no such revision' } };
    if (route.name === 'GET revision') return { status: 200, body: this.revision(route.revision!) };
    return this.deactivate(route.revision!);
  }

  private route(method: string, pathname: string): { name: string; revision?: string } {
    if (pathname === APP_ID) return { name: `${method} app` };
    const [, revision, action] =
      new RegExp(`^${APP_ID}/revisions(?:/([^/]+))?(?:/([^/]+))?$`).exec(pathname) ?? [];
    if (action !== undefined) return { name: `${method} ${action}`, revision: revision! };
    return revision === undefined
      ? { name: `${method} revisions` }
      : { name: `${method} revision`, revision };
  }

  private refusal({ headers }: IncomingMessage, route: string, version: string | null) {
    if (version === null) return { status: 400, body: { error: 'MissingApiVersionParameter' } };
    const needed = RIGHTS[route];
    if (needed === undefined) return { status: 404, body: { error: `no route ${route}` } };
    const who = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!this.rights.get(who)?.includes(needed))
      return { status: 403, body: { error: `${who} may not ${needed}` } };
    if (this.busy && route === 'PATCH app')
      return { status: 409, body: { error: 'ContainerAppOperationInProgress' } };
    return undefined;
  }

  private app() {
    const ready = [...this.revisions].filter(([, { healthState }]) => healthState === 'Healthy').at(-1)?.[0];
    return {
      id: APP_ID,
      tags: this.tags,
      properties: {
        latestRevisionName: this.latest,
        latestReadyRevisionName: ready ?? '',
        configuration: { activeRevisionsMode: 'Multiple', ingress: { traffic: this.traffic } },
      },
    };
  }

  private revision(name: string) {
    const provisioningState = 'Provisioned';
    const trafficWeight = this.shares[name] ?? 0;
    return { name, properties: { ...this.revisions.get(name)!, provisioningState, trafficWeight } };
  }

  private async patch(change: { tags?: Record<string, string>; properties?: PatchedProperties }) {
    await this.beforePatch();
    const traffic = change.properties?.configuration.ingress.traffic;
    const wrong = traffic === undefined ? undefined : this.wrongTraffic(traffic);
    if (wrong !== undefined) {
      this.refused.push(wrong);
      return { status: 400, body: { error: wrong } };
    }
    this.tags = { ...(this.keepsTags ? this.tags : {}), ...change.tags };
    if (traffic !== undefined) {
      this.traffic = traffic;
      this.moves.push(traffic);
    }
    return { status: 202 };
  }

  private wrongTraffic(traffic: readonly Weight[]): string | undefined {
    const sum = traffic.reduce((total, { weight }) => total + weight, 0);
    if (sum !== 100) return `weights sum to ${sum}`;
    if (traffic.some(({ weight }) => !Number.isInteger(weight) || weight < 0))
      return 'a weight is no percent';
    const gone = traffic.find(({ revisionName }) => !this.revisions.get(revisionName ?? this.latest)?.active);
    return gone === undefined ? undefined : `no active revision ${gone.revisionName}`;
  }

  private deactivate(name: string) {
    if (this.shares[name] !== undefined) return { status: 400, body: { error: 'the revision has traffic' } };
    this.revisions.get(name)!.active = false;
    return { status: 200 };
  }
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

interface PatchedProperties {
  readonly configuration: { readonly ingress: { readonly traffic: readonly Weight[] } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
