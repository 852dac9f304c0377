import type { Comparison } from '../../contract';

export type Compare = (left: number, right: number, tolerance: number) => boolean;

/** Numbers, booleans as 0 and 1, dates as milliseconds. */
export const COMPARE: Readonly<Record<Comparison, Compare>> = {
  '<': (left, right, tolerance) => left < right + tolerance,
  '<=': (left, right, tolerance) => left <= right + tolerance,
  '>': (left, right, tolerance) => left > right - tolerance,
  '>=': (left, right, tolerance) => left >= right - tolerance,
  '==': (left, right, tolerance) => Math.abs(left - right) <= tolerance,
  '!=': (left, right, tolerance) => Math.abs(left - right) > tolerance,
};

/** Strings have no order that everybody agrees on. */
export const COMPARE_TEXT: Readonly<Partial<Record<Comparison, (left: string, right: string) => boolean>>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};
