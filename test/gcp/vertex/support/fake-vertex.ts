import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// Stands for the REST interface of Vertex AI and the query interface of Cloud Monitoring, which cannot run here: what
// the release program needs of them, with long operations, versions by alias, and the rules of a traffic split.

export interface Deployed {
  readonly id: string;
  readonly displayName: string;
  readonly model: string;
  readonly modelVersionId: string;
  readonly createTime: string;
  readonly request: Record<string, unknown>;
}

interface Version {
  readonly versionId: string;
  readonly versionAliases: readonly string[];
  readonly body: Record<string, unknown>;
}

interface Operation {
  readonly name: string;
  polls: number;
  readonly end: () => string | undefined;
  error?: string;
  done?: boolean;
}

type Body = Record<string, unknown>;

const PLACE = 'projects/my-project-123/locations/europe-west1';

export class FakeVertex {
  /** `POST models:upload`, ... in the order they came. */
  readonly calls: string[] = [];
  readonly bodies: Body[] = [];
  readonly queries: string[] = [];
  readonly versions: Version[] = [];
  deployed: Deployed[] = [];
  split: Record<string, number> = {};
  /** What a step answers in the place of success; once. */
  failures: Record<string, { status: number; message: string } | { operation: string }> = {};
  /** Looks at an operation until it is done. */
  polls = 2;
  /** Whether an alarm fires, by its query. */
  firing: (query: string) => boolean = () => false;
  /** Called when the answer to a step is on its way. */
  after: (step: string) => void = () => undefined;
  private readonly operations: Operation[] = [];
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));
  private etag = 1;
  private nextId = 1001;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Whoever changes the endpoint beside the program. */
  touch(): void {
    this.etag++;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Body);
    const url = new URL(request.url!, 'http://localhost');
    const answer =
      request.headers.authorization === 'Bearer secret-token'
        ? this.answer(request.method!, url, body)
        : error(401, 'who are you?');
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  private answer(method: string, url: URL, body: Body): Answer {
    if (url.pathname.endsWith('/api/v1/query')) return this.query(url.searchParams.get('query')!);
    const path = url.pathname.replace('/v1/', '').replace(`${PLACE}/`, '');
    const step = `${method} ${path.replace(/\/\d{10}/, '').replace(/@.*/, '@')}`;
    if (method !== 'GET') {
      this.calls.push(step);
      this.bodies.push(body);
    }
    const failure = this.failures[step];
    if (failure !== undefined && 'status' in failure) {
      delete this.failures[step];
      return error(failure.status, failure.message);
    }
    const answer = this.route(method, path, body, failure?.operation);
    delete this.failures[step];
    this.after(step);
    return answer;
  }

  private route(method: string, path: string, body: Body, broken?: string): Answer {
    if (method === 'POST' && path === 'models:upload') return this.upload(body, broken);
    if (path.endsWith(':deployModel')) return this.deploy(body, broken);
    if (path.endsWith(':undeployModel')) return this.undeploy(body, broken);
    if (path.endsWith('/operations')) return ok({ operations: this.operations.map(shown) });
    if (path.includes('/operations/')) return this.look(path);
    if (path.endsWith(':listVersions')) return ok({ models: this.versions });
    if (path.startsWith('models/')) return this.model(path.slice('models/'.length));
    return method === 'PATCH' ? this.patch(body) : ok(this.endpoint());
  }

  private endpoint(): Body {
    const trafficSplit = Object.keys(this.split).length === 0 ? undefined : this.split;
    const deployedModels = this.deployed.length === 0 ? undefined : this.deployed;
    return { name: `${PLACE}/endpoints/1`, etag: `e${this.etag}`, trafficSplit, deployedModels };
  }

  private upload({ modelId, parentModel, model }: Body, broken?: string): Answer {
    const exists = this.versions.length > 0;
    if (exists !== (parentModel !== undefined) || exists === (modelId !== undefined)) {
      return error(409, 'the first version names the model, the others their parent');
    }
    return this.begin('models/serving-endpoint', broken, () => {
      const { versionAliases, ...rest } = model as { versionAliases: string[] };
      this.versions.push({ versionId: `${this.versions.length + 1}`, versionAliases, body: rest });
      return undefined;
    });
  }

  private deploy({ deployedModel, trafficSplit }: Body, broken?: string): Answer {
    const request = deployedModel as { model: string; displayName: string };
    const version = this.find(request.model.split('@')[1]!);
    if (version === undefined) return error(404, 'no such version');
    return this.begin('endpoints/1', broken, () => {
      this.add(request.displayName, version.versionId, request as unknown as Body);
      if (trafficSplit !== undefined) this.split = trafficSplit as Record<string, number>;
      return undefined;
    });
  }

  /** A deployed model as releases before made it. */
  add(displayName: string, modelVersionId: string, request: Body = {}): string {
    const id = `${this.nextId++}`;
    const model = `${PLACE}/models/serving-endpoint`;
    const createTime = `2026-01-01T00:00:0${this.deployed.length}Z`;
    this.deployed.push({ id, displayName, model, modelVersionId, createTime, request });
    this.etag++;
    return id;
  }

  private undeploy({ deployedModelId: id }: Body, broken?: string): Answer {
    if ((this.split[id as string] ?? 0) > 0 && this.deployed.length > 1) return error(400, 'it has traffic');
    return this.begin('endpoints/1', broken, () => {
      this.deployed = this.deployed.filter((model) => model.id !== id);
      delete this.split[id as string];
      this.etag++;
      return undefined;
    });
  }

  private patch({ etag, trafficSplit }: Body): Answer {
    if (etag !== `e${this.etag}`) return error(409, 'the etag is not that of the endpoint');
    const split = trafficSplit as Record<string, number>;
    const unknown = Object.keys(split).filter((id) => !this.deployed.some((model) => model.id === id));
    const sum = Object.values(split).reduce((all, share) => all + share, 0);
    if (unknown.length > 0 || sum !== 100) return error(400, `not a split: ${JSON.stringify(split)}`);
    this.split = split;
    this.etag++;
    return ok(this.endpoint());
  }

  private model(name: string): Answer {
    const [, alias] = name.split('@');
    const version = alias === undefined ? this.versions[0] : this.find(alias);
    return version === undefined ? error(404, 'not found') : ok(version as unknown as Body);
  }

  private find(alias: string): Version | undefined {
    return this.versions.find(
      ({ versionId, versionAliases }) => versionId === alias || versionAliases.includes(alias),
    );
  }

  private begin(of: string, broken: string | undefined, work: () => undefined): Answer {
    const name = `${PLACE}/${of}/operations/${this.operations.length + 1}`;
    this.operations.push({ name, polls: this.polls, end: () => broken ?? work() });
    return ok({ name });
  }

  private look(path: string): Answer {
    const operation = this.operations.find(({ name }) => name === `${PLACE}/${path}`);
    if (operation === undefined) return error(404, 'no such operation');
    if (operation.done !== true && --operation.polls <= 0) {
      operation.error = operation.end();
      operation.done = true;
    }
    return ok(shown(operation));
  }

  private query(query: string): Answer {
    this.queries.push(query);
    const result = this.firing(query) ? [{ metric: {}, value: [0, '9'] }] : [];
    return ok({ status: 'success', data: { resultType: 'vector', result } });
  }
}

interface Answer {
  readonly status: number;
  readonly body: Body;
}

const ok = (body: Body): Answer => ({ status: 200, body });
const error = (status: number, message: string): Answer => ({
  status,
  body: { error: { code: status, message } },
});

function shown({ name, done, error: message }: Operation): Body {
  return { name, done, ...(message !== undefined && { error: { code: 9, message } }) };
}
