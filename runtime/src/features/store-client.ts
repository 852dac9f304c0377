import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { StoreError } from './store-error';

/** Connections to one store at most; more requests than that wait for one. */
const MAX_CONNECTIONS = 64;
/** Thousands of entities with hundreds of features; more is no answer to what was asked. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * Posts JSON to one store over connections that stay open. A connection that fails before an answer began is tried once
 * more, for the store closes idle connections without asking; lookups change nothing there.
 */
export class StoreClient {
  private readonly agent: Agent;
  private readonly base: string;
  private readonly send: typeof requestHttp;

  /** @param url without a trailing slash that means anything */
  constructor(url: string) {
    const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
    const secure = new URL(url).protocol === 'https:';
    this.base = url.replace(/\/+$/, '');
    this.agent = secure ? new SecureAgent(options) : new Agent(options);
    this.send = secure ? requestHttps : requestHttp;
  }

  /**
   * @param signal its reason is what the promise is rejected with.
   * @throws StoreError
   */
  async post(
    path: string,
    body: object,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const json = JSON.stringify(body);
    const attempt = () => this.attempt(`${this.base}${path}`, json, headers, signal);
    const response = await attempt().catch((error: unknown) => {
      if (error instanceof StoreError || signal.aborted) throw error;
      return attempt();
    });
    return readAnswer(response, signal);
  }

  close(): void {
    this.agent.destroy();
  }

  private attempt(
    url: string,
    json: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const sent: ClientRequest = this.send(url, {
        method: 'POST',
        agent: this.agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
          accept: 'application/json',
          ...headers,
        },
      });
      const abort = () => sent.destroy(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      sent.once('close', () => signal.removeEventListener('abort', abort));
      sent.once('response', resolve);
      sent.on('error', (error) => reject(signal.aborted ? signal.reason : error));
      sent.end(json);
    });
  }
}

async function readAnswer(response: IncomingMessage, signal: AbortSignal): Promise<unknown> {
  const { statusCode } = response;
  if (statusCode !== 200) {
    // Its text may hold what was asked for: it is not looked at.
    response.destroy();
    throw new StoreError('error', `the answer is status ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_ANSWER_BYTES) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : new StoreError('error', 'the answer broke off', { cause: error });
  }
  if (bytes > MAX_ANSWER_BYTES)
    throw new StoreError('error', `the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new StoreError('error', 'the answer is not JSON');
  }
}
