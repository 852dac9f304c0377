import { Evaluator, type Value } from './expression-language';
import type { VirtualClock } from './virtual-clock';

export type Status = 'Succeeded' | 'Failed' | 'Skipped' | 'TimedOut';
// biome-ignore lint/suspicious/noExplicitAny: a definition is JSON of any form, and a wrong guess fails the test
type Definition = any;
type Actions = Readonly<Record<string, Definition>>;

export interface Run {
  readonly status: Status;
  /** How every action that was reached ended. */
  readonly actions: Readonly<Record<string, Status>>;
  /** Why it failed. */
  readonly errors: readonly string[];
}

export interface Environment {
  readonly clock: VirtualClock;
  /** Where `https://management.azure.com` is. */
  readonly origin: string;
  /** Who the workflow is. */
  readonly identity: string;
}

class Terminated extends Error {}

/**
 * Runs the actions of a workflow as Logic Apps does, for the types that the definitions use: order by `runAfter`,
 * conditions, switches, loops, waits and HTTP requests with the identity of the workflow.
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
 */
export async function runWorkflow(
  actions: Actions,
  environment: Environment,
  trigger: Value = null,
): Promise<Run> {
  const run = new WorkflowRun(environment, trigger);
  let status: Status;
  try {
    status = await run.scope(actions);
  } catch (error) {
    if (!(error instanceof Terminated)) throw error;
    status = 'Failed';
  }
  return { status, actions: Object.fromEntries(run.statuses), errors: run.errors };
}

class WorkflowRun {
  readonly statuses = new Map<string, Status>();
  readonly errors: string[] = [];
  private readonly bodies = new Map<string, Value>();
  private readonly items = new Map<string, Value>();
  private readonly known = new Set<string>();

  constructor(
    private readonly environment: Environment,
    private readonly trigger: Value,
  ) {}

  /** Ends as its last actions did; one that was skipped for another's failure counts as failed. */
  async scope(actions: Actions): Promise<Status> {
    const waiting = new Map(Object.entries(actions));
    for (const name of waiting.keys()) this.bodies.delete(name);
    while (waiting.size > 0) {
      const next = [...waiting].find(([, { runAfter = {} }]) =>
        Object.keys(runAfter).every((before) => !waiting.has(before)),
      );
      if (next === undefined) throw new Error(`runAfter goes round in ${[...waiting.keys()].join(', ')}`);
      const [name, action] = next;
      this.statuses.set(name, await this.step(name, action, actions));
      waiting.delete(name);
    }
    return this.outcome(actions);
  }

  private outcome(actions: Actions): Status {
    const before = Object.values(actions).flatMap(({ runAfter = {} }) => Object.keys(runAfter));
    const last = Object.keys(actions).filter((name) => !before.includes(name));
    const fails = (name: string): boolean => {
      const status = this.statuses.get(name)!;
      if (status !== 'Skipped') return status !== 'Succeeded';
      return Object.keys(actions[name].runAfter ?? {}).some(fails);
    };
    return last.some(fails) ? 'Failed' : 'Succeeded';
  }

  private async step(name: string, action: Definition, siblings: Actions): Promise<Status> {
    const wanted = Object.entries((action.runAfter ?? {}) as Record<string, Status[]>);
    for (const [before] of wanted)
      if (!(before in siblings)) throw new Error(`${name} runs after ${before}, which is not there`);
    if (!wanted.every(([before, statuses]) => statuses.includes(this.statuses.get(before)!)))
      return 'Skipped';
    try {
      return await this.perform(name, action);
    } catch (error) {
      if (error instanceof Terminated) throw error;
      this.errors.push(`${name}: ${(error as Error).message}`);
      return 'Failed';
    }
  }

  private async perform(name: string, action: Definition): Promise<Status> {
    this.known.add(name);
    switch (action.type) {
      case 'Http':
        return this.http(name, action);
      case 'If':
        return this.scope(this.evaluate(action.expression) === true ? action.actions : action.else.actions);
      case 'Switch': {
        const choice = this.evaluate(action.expression);
        const cases = Object.values(action.cases as Actions).filter((one) => one.case === choice);
        return this.scope(cases[0]?.actions ?? action.default.actions);
      }
      case 'Query': {
        const from = this.evaluate(action.inputs.from) as Value[];
        return this.answer(
          name,
          from.filter((item) => this.evaluate(action.inputs.where, item) === true),
        );
      }
      case 'Select': {
        const from = this.evaluate(action.inputs.from) as Value[];
        return this.answer(
          name,
          from.map((item) => this.evaluate(action.inputs.select, item)),
        );
      }
      case 'Foreach':
        return this.forEach(name, action);
      case 'Until':
        return this.until(action);
      case 'Wait': {
        if (action.inputs.interval.unit !== 'Second') throw new Error('only seconds are known');
        await this.environment.clock.sleep(action.inputs.interval.count * 1000);
        return 'Succeeded';
      }
      case 'Terminate':
        this.errors.push(`${name}: ${action.inputs.runError.code}`);
        throw new Terminated(name);
      default:
        throw new Error(`no action of type ${action.type}`);
    }
  }

  private async forEach(name: string, action: Definition): Promise<Status> {
    let status: Status = 'Succeeded';
    for (const item of this.evaluate(action.foreach) as Value[]) {
      this.items.set(name, item);
      if ((await this.scope(action.actions)) !== 'Succeeded') status = 'Failed';
    }
    return status;
  }

  private async until(action: Definition): Promise<Status> {
    for (let i = 0; i < action.limit.count; i++) {
      await this.scope(action.actions);
      if (this.evaluate(action.expression) === true) return 'Succeeded';
    }
    return 'Succeeded';
  }

  private async http(name: string, action: Definition): Promise<Status> {
    const { method, uri, body, authentication, retryPolicy } = this.resolve(action.inputs) as Definition;
    if (authentication?.type !== 'ManagedServiceIdentity')
      throw new Error('nobody would be asked for a token');
    if (authentication.audience !== 'https://management.azure.com')
      throw new Error('a token for another service');
    if (retryPolicy.type !== 'none') throw new Error('repetitions are not known here');
    const response = await fetch(uri.replace('https://management.azure.com', this.environment.origin), {
      method,
      headers: { authorization: `Bearer ${this.environment.identity}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    this.bodies.set(name, text === '' ? null : (JSON.parse(text) as Value));
    if (response.status === 202 && action.operationOptions !== 'DisableAsyncPattern')
      throw new Error('would follow the operation, without the right to');
    if (!response.ok) this.errors.push(`${name}: ${response.status} ${text}`);
    return response.ok ? 'Succeeded' : 'Failed';
  }

  private answer(name: string, body: Value): Status {
    this.bodies.set(name, body);
    return 'Succeeded';
  }

  private evaluate(property: string, item?: Value): Value {
    return this.resolve(property, item);
  }

  private resolve(property: unknown, item?: Value): Value {
    const functions = {
      body: (name: Value) => {
        if (!this.known.has(String(name))) throw new Error(`no action ${String(name)} ran before`);
        return this.bodies.get(String(name)) ?? null;
      },
      item: () => item!,
      items: (loop: Value) => this.items.get(String(loop))!,
      triggerBody: () => this.trigger,
      utcNow: () => this.environment.clock.now(),
    };
    return new Evaluator({ functions }).resolve(property);
  }
}
