import { type Problem, show } from '@inferstack/runtime/contract';
import { isUnresolved } from './unresolved';

export const ANY = Number.POSITIVE_INFINITY;

/** Collects what is wrong with the values of a plan. Values known only at deployment are skipped. */
export class PlanChecker {
  readonly problems: Problem[] = [];

  constructor(private readonly path: string) {}

  number(code: string, prop: string, value: number, min: number, max: number, integer = false): void {
    if (isUnresolved(value)) return;
    if (value >= min && value <= max && (!integer || Number.isInteger(value))) return;
    const upper = max === Number.POSITIVE_INFINITY ? `${min} or more` : `${min} to ${max}`;
    this.add(code, prop, 'the value is out of bounds', value, `${integer ? 'a whole number, ' : ''}${upper}`);
  }

  add(
    code: string,
    prop: string,
    what: string,
    got: unknown,
    allowed: string,
    remedy = 'Correct the value.',
  ): void {
    this.problems.push({ code, at: `${this.path}: ${prop}`, what, got: show(got), allowed, remedy });
  }
}
