import { isUnresolved, ProblemCollector } from '../core';
import type { GcpProblemCode } from './problems';

/** Collects what is wrong with an endpoint on Google Cloud. What is known only at deployment passes. */
export class Checker extends ProblemCollector<GcpProblemCode> {
  /** Text that has to match, with the shape it must have in words. */
  text(code: GcpProblemCode, option: string, value: string, pattern: RegExp, allowed: string): void {
    if (isUnresolved(value) || pattern.test(value)) return;
    this.add(code, option, {
      what: 'the value is not usable',
      got: value,
      allowed,
      remedy: 'Correct the value.',
    });
  }

  /** A whole number within bounds. */
  number(code: GcpProblemCode, option: string, value: number, [min, max]: readonly [number, number]): void {
    if (isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
    this.add(code, option, {
      what: 'the value is out of bounds',
      got: value,
      allowed: `a whole number, ${min} to ${max}`,
      remedy: 'Correct the value.',
    });
  }
}
