import { evaluateValue, type Functions } from './evaluate';
import { Scope } from './scope';
import type { Data } from './standard-library';
import { WorkflowError } from './workflow-error';

/** The world around a workflow. */
export interface Surroundings {
  /** Where requests to `https://run.googleapis.com` go instead. */
  readonly api: string;
  /** Seconds since 1970. */
  now(): number;
  /** Called for the time a retry waits. */
  pass(seconds: number): void;
}

type Definition = Record<string, { readonly params?: readonly string[]; readonly steps: readonly Data[] }>;

const BLOCKING = /^http\./;
const HOST = 'https://run.googleapis.com';

/**
 * Runs the part of Workflows that this project writes: assign, call, switch, for, try with retry, return.
 * Source: https://cloud.google.com/workflows/docs/reference/syntax
 *
 * @returns what `main` returns
 */
export async function runWorkflow(
  definition: Definition,
  argument: Data,
  surroundings: Surroundings,
): Promise<Data> {
  const run = new Run(definition, surroundings);
  return run.subworkflow('main', definition['main']!.params === undefined ? [] : [argument]);
}

class Run {
  constructor(
    private readonly definition: Definition,
    private readonly surroundings: Surroundings,
  ) {}

  async subworkflow(name: string, args: readonly Data[]): Promise<Data> {
    const found = this.definition[name];
    if (found === undefined) throw new WorkflowError('KeyError', `no subworkflow ${name}`);
    const scope = new Scope();
    const { params = [] } = found;
    if (args.length !== params.length) throw new WorkflowError('TypeError', `${name} takes ${params.length}`);
    params.forEach((param, i) => {
      scope.declare(param, args[i]);
    });
    return (await this.steps(found.steps, scope))?.value ?? null;
  }

  /** What the steps return; undefined when they come to their end. */
  private async steps(steps: readonly Data[], scope: Scope): Promise<{ readonly value: Data } | undefined> {
    for (const step of steps) {
      const [body] = Object.values<Data>(step);
      const returned = await this.step(body, scope);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  private async step(body: Data, scope: Scope): Promise<{ readonly value: Data } | undefined> {
    if ('assign' in body) await this.assign(body.assign, scope);
    else if ('switch' in body) return this.branch(body.switch, scope);
    else if ('for' in body) return this.loop(body.for, scope);
    else if ('return' in body) return { value: await this.value(body.return, scope) };
    else if ('try' in body) await this.attempt(body, scope);
    else if ('call' in body) await this.call(body, scope);
    else throw new WorkflowError('SyntaxError', JSON.stringify(body));
    return undefined;
  }

  private async assign(assignments: readonly Data[], scope: Scope): Promise<void> {
    for (const assignment of assignments) {
      const [[name, value]] = Object.entries(assignment) as [[string, Data]];
      scope.set(name, await this.value(value, scope));
    }
  }

  private async branch(branches: readonly Data[], scope: Scope) {
    for (const { condition, steps, ...rest } of branches) {
      const met: unknown = await this.value(condition, scope);
      if (typeof met !== 'boolean') throw new WorkflowError('TypeError', `${condition} is no boolean`);
      if (!met) continue;
      return 'return' in rest ? { value: await this.value(rest.return, scope) } : this.steps(steps, scope);
    }
    return undefined;
  }

  private async loop({ value, in: list, steps }: Data, scope: Scope) {
    for (const item of await this.value(list, scope)) {
      const inner = new Scope(scope);
      inner.declare(value, item);
      const returned = await this.steps(steps, inner);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  private async attempt({ try: tried, retry }: Data, scope: Scope): Promise<void> {
    const predicate = String(retry.predicate).slice(2, -1);
    const { initial_delay: initial, max_delay: most, multiplier } = retry.backoff;
    for (let wait = initial, times = 0; ; times += 1, wait = Math.min(most, wait * multiplier)) {
      try {
        return await this.call(tried, scope);
      } catch (error) {
        if (!(error instanceof WorkflowError) || times >= retry.max_retries) throw error;
        if ((await this.subworkflow(predicate, [error.data])) !== true) throw error;
        this.surroundings.pass(wait);
      }
    }
  }

  private async call({ call, args, result }: Data, scope: Scope): Promise<void> {
    const values = await this.value(args, scope);
    const names = this.definition[call]?.params ?? [];
    const unknown = Object.keys(values).filter((name) => !BLOCKING.test(call) && !names.includes(name));
    if (unknown.length > 0) throw new WorkflowError('TypeError', `${call} does not take ${unknown.join()}`);
    const answer = BLOCKING.test(call)
      ? await this.request(call, values)
      : await this.subworkflow(
          call,
          names.map((name) => values[name]),
        );
    scope.set(result, answer);
  }

  private async request(call: string, { url, auth, body }: Data): Promise<Data> {
    if (!String(url).startsWith(`${HOST}/`)) throw new WorkflowError('ValueError', `another host: ${url}`);
    if (auth?.type !== 'OAuth2') throw new WorkflowError('HttpError', 'no credentials', 401);
    const response = await fetch(String(url).replace(HOST, this.surroundings.api), {
      method: call.slice('http.'.length).toUpperCase(),
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new WorkflowError('HttpError', text, response.status);
    return { code: response.status, body: JSON.parse(text) };
  }

  private value(value: Data, scope: Scope): Promise<Data> {
    return evaluateValue(value, scope, this.functions);
  }

  private readonly functions: Functions = (name) => {
    if (name === 'sys.now') return async () => this.surroundings.now();
    return name in this.definition ? (...args) => this.subworkflow(name, args) : undefined;
  };
}
