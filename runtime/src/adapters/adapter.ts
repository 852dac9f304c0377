import type { AdapterConfig } from '../contract';
import type { InferenceService, ModelInstance } from '../inference';
import type { ContractRoute } from '../protocols/http/contract-route';
import type { Exchange } from '../protocols/http/exchange';
import { receiveBody } from '../protocols/http/receive-body';
import type { Reply } from '../protocols/http/reply';
import { errorReplyOf } from './error-reply';
import { bodyWriter, requestReader } from './formats';
import { Mapping } from './mapping';
import { invalid, type ParsedBody, type RequestReader } from './parsed-body';
import { predict } from './predict';
import { asRows, located, readTexts } from './rows';
import { type BodyWriter, failed } from './written-body';

export interface AdapterParts {
  readonly service: InferenceService;
  readonly limits: { readonly maxBodyBytes: number };
}

/** What a mapping makes the answer of. */
interface ResponseFacts {
  readonly predictions: readonly object[];
  readonly model: string;
  readonly version: string;
  /** The body as its format has read it. */
  readonly request: unknown;
  readonly requestId: string;
}

/** One route in the format of another system: read, map, predict, map, write. */
export class Adapter {
  readonly route: ContractRoute;
  private readonly reader: RequestReader;
  private readonly writer: BodyWriter;
  private readonly requestMap: Mapping | undefined;
  private readonly responseMap: Mapping | undefined;

  constructor(
    readonly config: AdapterConfig,
    private readonly parts: AdapterParts,
  ) {
    const { name, path, methods, model, version, request, response, mapTimeoutMs } = config;
    const mapping = (text: string | null, option: string) =>
      text === null ? undefined : new Mapping(text, `${option} of adapter ${name}`, mapTimeoutMs);
    this.reader = requestReader(request);
    this.writer = bodyWriter(response.body, request);
    this.requestMap = mapping(request.map, 'request.map');
    this.responseMap = mapping(response.map, 'response.map');
    this.route = {
      kind: 'contract',
      label: `adapter_${name}`,
      path,
      methods,
      model,
      version: version ?? undefined,
      open: false,
      runs: true,
      errorReply: errorReplyOf(config),
      answer: (exchange) => this.answer(exchange),
    };
  }

  /** The model as it serves now. @throws RequestError MODEL_NOT_FOUND, MODEL_NOT_READY, MODEL_UNLOADED */
  instance(): ModelInstance {
    const { model, version } = this.config;
    return this.parts.service.model(model, version ?? undefined);
  }

  private async answer(exchange: Exchange): Promise<Reply> {
    const { service } = this.parts;
    const { model, version, response } = this.config;
    // Before the body is read: who asks for what is not there need not send it.
    const instance = this.instance();
    const { headers } = exchange.request;
    const parsed = this.reader.read({ bytes: await this.receive(exchange), headers, instance });
    if (parsed.soap !== undefined) exchange.errorReply = errorReplyOf(this.config, parsed.soap);
    const rows = await this.rows(parsed, exchange);
    try {
      const predicted = await predict(service, { model, version: version ?? undefined }, rows, exchange);
      const value = await this.value({ ...predicted, model, request: parsed.body, requestId: exchange.id });
      const { bytes, contentType } = this.writer.write(value, parsed);
      const { status } = response;
      return {
        contentType: response.contentType ?? contentType,
        parts: [bytes],
        headers: [],
        binary: false,
        status,
      };
    } catch (error) {
      throw located(error, parsed.places, rows.length);
    }
  }

  private async receive(exchange: Exchange): Promise<Buffer> {
    const { method, url } = exchange.request;
    if (method !== 'GET') return Buffer.concat(await receiveBody(exchange, this.parts.limits.maxBodyBytes));
    const query = url!.indexOf('?');
    return Buffer.from(query < 0 ? '' : url!.slice(query + 1), 'latin1');
  }

  private async rows(parsed: ParsedBody, exchange: Exchange): Promise<readonly Record<string, unknown>[]> {
    const { request } = this.config;
    const mapped = this.requestMap
      ? await this.requestMap.evaluate(parsed.body, invalid)
      : (parsed.rows ?? parsed.body);
    const rows = asRows(mapped);
    exchange.rows = rows.length;
    if (!parsed.texts) return rows;
    return readTexts(rows, this.instance(), request.format === 'csv' ? request.decimal : '.');
  }

  private async value(facts: ResponseFacts): Promise<unknown> {
    return this.responseMap ? this.responseMap.evaluate(facts, failed) : facts.predictions;
  }
}
