import type { AdapterConfig } from '@inferstack/runtime/contract';
import {
  csvRequest,
  errorBody,
  fixedWidthRequest,
  formRequest,
  jsonRequest,
  responseBody,
  soapRequest,
  usualErrors,
  xmlRequest,
} from './adapter-formats';
import type {
  AdapterOptions,
  AdapterResponseOptions,
  CsvAdapterOptions,
  FixedWidthAdapterOptions,
  FormAdapterOptions,
  JsonAdapterOptions,
  SoapAdapterOptions,
  XmlAdapterOptions,
} from './adapter-options';

/**
 * A route that answers callers of another system in their own format, so that they need not change. Bodies and answers
 * are mapped by JSONata expressions where their shape is another than rows in, predictions out; expressions are
 * compiled at synthesis. See the README of the runtime for the formats.
 */
export abstract class Adapter {
  /** Rows in JSON of any shape. */
  static json(options: JsonAdapterOptions): Adapter {
    return new FormatAdapter(options, jsonRequest(options.request), { format: 'json' });
  }

  /** One row as the fields of a form, or of a query with the method GET. Answered in JSON unless said otherwise. */
  static form(options: FormAdapterOptions): Adapter {
    return new FormatAdapter(options, formRequest(options.request), { format: 'json' });
  }

  /** Lines of values. */
  static csv(options: CsvAdapterOptions): Adapter {
    const { delimiter, quote, header, encoding, decimal } = options.request ?? {};
    // Answered in the dialect of the question.
    const usual = { format: 'csv', delimiter, quote, header, encoding, decimal } as const;
    return new FormatAdapter(options, csvRequest(options.request), usual);
  }

  /** Records whose values are found by their place, as COBOL programs write them. */
  static fixedWidth(options: FixedWidthAdapterOptions): Adapter {
    return new FormatAdapter(options, fixedWidthRequest(options.request), options.response);
  }

  /** Elements of an XML document. */
  static xml(options: XmlAdapterOptions): Adapter {
    return new FormatAdapter(options, xmlRequest(options.request), { format: 'xml' });
  }

  /** An operation of a SOAP service, document/literal, with its WSDL at `?wsdl` unless bodies are mapped. */
  static soap(options: SoapAdapterOptions): Adapter {
    return new FormatAdapter(options, soapRequest(options.request), { format: 'soap' });
  }

  /** @param main name of what answers when requests name no model. */
  abstract bind(main: string): AdapterConfig;
}

class FormatAdapter extends Adapter {
  constructor(
    private readonly options: AdapterOptions,
    private readonly request: AdapterConfig['request'],
    private readonly usual: AdapterResponseOptions,
  ) {
    super();
  }

  bind(main: string): AdapterConfig {
    const { path, name, methods, model, version, mapTimeout } = this.options;
    const response = this.options.response ?? this.usual;
    const errors = this.options.errors ?? usualErrors(response.format);
    return {
      name:
        name ??
        path
          .slice(1)
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-'),
      path,
      methods: [...(methods ?? (['POST'] as const))],
      model: model ?? main,
      version: version ?? null,
      request: this.request,
      response: {
        body: responseBody(response, this.request),
        map: response.map ?? null,
        contentType: response.contentType ?? null,
        status: response.status ?? 200,
      },
      errors: { body: errorBody(errors), senderStatus: errors.senderStatus ?? null },
      mapTimeoutMs: mapTimeout?.toMilliseconds() ?? 1000,
    };
  }
}
