import type { ClientContract } from '../client-contracts';
import { type Problem, show } from '../problem';
import type { AdapterConfig } from './adapter';
import { expressionFault } from './expression';
import type { AdapterFinding } from './finding';
import { columnFindings } from './fixed-columns';
import { ownerOf } from './reserved-paths';

/** What decides with the adapters whether they can be served. */
export interface AdapterSurroundings {
  readonly contracts: readonly ClientContract[];
  /** Models that are served. */
  readonly models: readonly { readonly name: string; readonly version: string }[];
}

/**
 * What a schema cannot say about adapters: paths that are taken, expressions that are none, columns that overlap. The
 * same where an application is synthesized and where the runtime starts.
 *
 * @param place where the adapter of this index is written, for messages.
 */
export function adapterProblems(
  adapters: readonly AdapterConfig[],
  surroundings: AdapterSurroundings,
  place: (index: number) => string,
): Problem[] {
  return adapters.flatMap((adapter, index) => {
    const earlier = adapters.slice(0, index);
    return [
      ...identityFindings(adapter, earlier, surroundings),
      ...expressionFindings(adapter),
      ...formatFindings(adapter),
    ].map((finding) => ({ ...finding, at: `${place(index)}.${finding.at}` }));
  });
}

function identityFindings(
  { name, path, model, version }: AdapterConfig,
  earlier: readonly AdapterConfig[],
  { contracts, models }: AdapterSurroundings,
): AdapterFinding[] {
  const findings: AdapterFinding[] = [];
  const owner = ownerOf(path, contracts);
  const taken = (what: string) =>
    findings.push({
      ...{ code: 'ADAPTER_PATH', at: 'path', what, got: path },
      remedy: 'Choose another path, such as /legacy/score.',
    });
  if (owner !== undefined) taken(`the path belongs to ${owner}`);
  if (earlier.some((other) => other.path === path)) taken('another adapter has this path');
  if (earlier.some((other) => other.name === name)) {
    const what = 'another adapter has this name';
    findings.push({ code: 'ADAPTER_INVALID', at: 'name', what, got: name, remedy: 'Choose another name.' });
  }
  const versions = models.filter((served) => served.name === model).map((served) => served.version);
  if (versions.length === 0 || (version !== null && !versions.includes(version))) {
    findings.push({
      ...{ code: 'ADAPTER_MODEL', at: 'model', what: 'no such model is served here' },
      got: version === null ? model : `${model}/${version}`,
      allowed: models.map((served) => `${served.name}/${served.version}`).join(', '),
      remedy: 'Name a model of this endpoint.',
    });
  }
  return findings;
}

function expressionFindings({ request, response }: AdapterConfig): AdapterFinding[] {
  return (
    [
      ['request.map', request.map],
      ['response.map', response.map],
    ] as const
  ).flatMap(([at, text]) => {
    const fault = text === null ? undefined : expressionFault(text);
    if (fault === undefined) return [];
    const remedy = 'Correct the expression; https://docs.jsonata.org describes the language.';
    return [{ code: 'ADAPTER_EXPRESSION', at, what: fault, got: show(text), remedy }];
  });
}

function formatFindings(adapter: AdapterConfig): AdapterFinding[] {
  const { request, response, errors, methods } = adapter;
  const findings: AdapterFinding[] = [];
  const invalid = (at: string, what: string, got: unknown, remedy: string) =>
    findings.push({ code: 'ADAPTER_INVALID', at, what, got: show(got), remedy });
  if (methods.includes('GET') && request.format !== 'form-urlencoded') {
    invalid('methods', 'a GET has no body to read', methods, 'Leave GET to form-urlencoded.');
  }
  if (request.format === 'xml' && request.rows === null && request.map === null) {
    invalid('request.rows', 'nothing says where the rows are', null, 'Give rows, or a map.');
  }
  for (const [at, format] of [
    ['response.body', response.body.format],
    ['errors.body', errors.body.format],
  ] as const) {
    if (format !== 'soap' || request.format === 'soap') continue;
    invalid(at, 'an envelope answers an envelope only', format, 'Read soap too, or answer xml.');
  }
  if (response.body.format === 'text' && response.map === null) {
    invalid('response.map', 'text has no form of its own', null, 'Give a map that makes the text.');
  }
  for (const [at, format] of [
    ['request', request],
    ['response.body', response.body],
  ] as const) {
    if (format.format === 'fixed-width') findings.push(...columnFindings(format, `${at}.columns`));
    if (format.format === 'csv') findings.push(...dialectFindings(format, at));
  }
  return findings;
}

function dialectFindings(
  dialect: Extract<AdapterConfig['request'] | AdapterConfig['response']['body'], { format: 'csv' }>,
  at: string,
): AdapterFinding[] {
  const { delimiter, quote, decimal, columns } = dialect;
  const findings: AdapterFinding[] = [];
  const invalid = (option: string, what: string, got: unknown, remedy: string) =>
    findings.push({ code: 'ADAPTER_INVALID', at: `${at}.${option}`, what, got: show(got), remedy });
  if (delimiter === quote || /[\r\n]/.test(delimiter + quote)) {
    invalid('delimiter', 'delimiter, quote and line end must differ', delimiter, 'Choose another delimiter.');
  }
  if (quote === null && decimal === delimiter) {
    invalid('decimal', 'numbers would be cut in two', decimal, 'Choose another delimiter, or quote values.');
  }
  if (columns !== null && new Set(columns).size < columns.length) {
    invalid('columns', 'a name is there twice', columns, 'Name each column once.');
  }
  return findings;
}
