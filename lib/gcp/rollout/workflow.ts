/** What a step of Workflows works with; texts like `${...}` are expressions. */
export type WorkflowValue =
  | string
  | number
  | boolean
  | readonly WorkflowValue[]
  | { readonly [key: string]: WorkflowValue };

/** One step by its name: https://cloud.google.com/workflows/docs/reference/syntax */
export type WorkflowStep = Readonly<Record<string, StepBody>>;

type StepBody =
  | { readonly assign: readonly Readonly<Record<string, WorkflowValue>>[] }
  | WorkflowCall
  | { readonly switch: readonly WorkflowBranch[] }
  | { readonly for: WorkflowLoop }
  | { readonly try: WorkflowCall; readonly retry: WorkflowRetry }
  | { readonly return: WorkflowValue };

export interface WorkflowCall {
  readonly call: string;
  readonly args: Readonly<Record<string, WorkflowValue>>;
  readonly result: string;
}

export interface WorkflowBranch {
  readonly condition: string;
  readonly return?: WorkflowValue;
  readonly steps?: readonly WorkflowStep[];
}

interface WorkflowLoop {
  readonly value: string;
  readonly in: string;
  readonly steps: readonly WorkflowStep[];
}

interface WorkflowRetry {
  readonly predicate: string;
  readonly max_retries: number;
  readonly backoff: {
    readonly initial_delay: number;
    readonly max_delay: number;
    readonly multiplier: number;
  };
}

export interface Subworkflow {
  readonly params?: readonly string[];
  readonly steps: readonly WorkflowStep[];
}

/** The source of a workflow: `main`, and what it calls. */
export type WorkflowDefinition = { readonly main: Subworkflow } & Readonly<Record<string, Subworkflow>>;

/** https://cloud.google.com/workflows/docs/reference/syntax/expressions */
export const expression = (text: string): string => `\${${text}}`;

export const assign = (name: string, values: Readonly<Record<string, WorkflowValue>>): WorkflowStep => ({
  [name]: { assign: Object.entries(values).map(([variable, value]) => ({ [variable]: value })) },
});

export const call = (
  name: string,
  callee: string,
  args: Readonly<Record<string, WorkflowValue>>,
  result: string,
): WorkflowStep => ({ [name]: { call: callee, args, result } });

export const decide = (name: string, ...branches: readonly WorkflowBranch[]): WorkflowStep => ({
  [name]: { switch: branches },
});

export const forEach = (
  name: string,
  value: string,
  list: string,
  steps: readonly WorkflowStep[],
): WorkflowStep => ({ [name]: { for: { value, in: expression(list), steps } } });

export const answer = (name: string, value: WorkflowValue): WorkflowStep => ({ [name]: { return: value } });

/** Calls a subworkflow and answers what it does. Blocking calls have to be steps: expressions may not hold them. */
export const handOver = (
  name: string,
  callee: string,
  args: Readonly<Record<string, WorkflowValue>>,
): WorkflowStep[] => [call(name, callee, args, 'done'), answer(`${name}_done`, expression('done'))];

/** Arguments by the names that they have where they are given on. */
export const given = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, expression(name)]));
