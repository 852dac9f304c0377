import { type InputSpec, type Problem, REQUEST, type SwitchCondition } from '@inferstack/runtime/contract';
import { type Before, factsOf } from './resolve-step';
import type { ComparisonProps, ConditionProps } from './step-definition';

/** Finds the element a condition names, among the columns of the request and the classes of scores. */
export class ConditionResolver {
  readonly problems: Problem[] = [];

  constructor(
    private readonly inputs: ReadonlyMap<string, InputSpec>,
    private readonly at: string,
  ) {}

  readonly resolve = (condition: ConditionProps, before: Before, place: string): SwitchCondition => {
    if ('all' in condition) return { all: condition.all.map((part) => this.resolve(part, before, place)) };
    if ('any' in condition) return { any: condition.any.map((part) => this.resolve(part, before, place)) };
    const { value, op, to } = condition;
    return { value, element: this.element(condition, before, place), op, to };
  };

  private element({ value, at }: ComparisonProps, before: Before, place: string): number | null {
    if (at === undefined || typeof at === 'number') return at ?? null;
    const names = this.names(value, before);
    const position = names.indexOf(at);
    if (position >= 0) return position;
    const none = names.length === 0;
    this.problems.push({
      code: 'PIPELINE_CONDITION',
      at: `${this.at}: ${place}`,
      what: none ? `the values of ${value} have no names` : `${value} has no value of this name`,
      got: at,
      ...(none ? {} : { allowed: names.join(', ') }),
      remedy: none ? 'Give the position of the value, from 0 on.' : 'Correct the name.',
    });
    return null;
  }

  /** Columns of an input, classes of scores: whatever has a place of its own in a row. */
  private names(value: string, before: Before): readonly string[] {
    const prefix = `${REQUEST}.`;
    if (value.startsWith(prefix))
      return this.inputs.get(value.slice(prefix.length))?.columns?.map(({ name }) => name) ?? [];
    const { prediction } = factsOf(value, before)?.readings[0] ?? {};
    return prediction?.classes ?? [];
  }
}
