import { type ColumnSpec, type InputSpec, isFloat, isInteger, show, type Tensor } from '../contract';
import { elementAt, roundToDtype } from './elements';
import type { InputProblems } from './input-problems';

type Element = number | bigint | string;

/** Allowed values of one input, compiled so that a tensor is checked in one pass over its elements. */
export class InputRules {
  /** Names along the last dimension. */
  readonly columns: readonly string[] | undefined;
  private readonly width: number;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly nullable: readonly boolean[];
  private readonly categories: readonly (ReadonlySet<Element> | undefined)[] | undefined;
  private readonly comparable: boolean;
  private readonly unchecked: boolean;

  constructor(readonly spec: InputSpec) {
    const { dtype, columns } = spec;
    this.columns = columns?.map((column) => column.name);
    const parts: readonly Partial<ColumnSpec>[] = columns ?? [{ range: spec.range }];
    this.width = parts.length;
    const open = isFloat(dtype) ? Number.MAX_VALUE : Infinity;
    this.low = Float64Array.from(parts, ({ range }) => lowBound(spec, range?.[0] ?? -open));
    this.high = Float64Array.from(parts, ({ range }) => highBound(spec, range?.[1] ?? open));
    this.nullable = parts.map((part) => isFloat(dtype) && part.required === false);
    this.categories = parts.some((part) => part.categories)
      ? parts.map((part) => part.categories && new Set(part.categories.map((c) => toElement(spec, c))))
      : undefined;
    this.comparable = dtype !== 'FP16' && dtype !== 'BYTES' && this.categories === undefined;
    const ranged = parts.some((part) => part.range);
    this.unchecked = !isFloat(dtype) && this.categories === undefined && !(ranged && isInteger(dtype));
  }

  /** Reports every element that is not allowed. `prefix` names the tensor. */
  check(tensor: Tensor, prefix: string, problems: InputProblems): void {
    if (this.unchecked) return;
    if (this.comparable && this.allWithin(tensor.data)) return;
    if (this.comparable) this.checkNumbers(tensor, prefix, problems);
    else this.checkElements(tensor, prefix, problems);
  }

  /** Whether an element may stand in a column (0 for inputs without columns). */
  allows(element: Element, column: number): boolean {
    const categories = this.categories?.[column];
    if (categories !== undefined) return categories.has(element);
    if (typeof element === 'string') return true;
    return this.inRange(element, column) || this.mayBeMissing(element, column);
  }

  /** Whether a number lies in the range of a column; NaN never does. */
  inRange(element: number | bigint, column: number): boolean {
    return element >= this.low[column]! && element <= this.high[column]!;
  }

  /** Lowest and highest number of a column, for whoever compares many. */
  bounds(column: number): readonly [low: number, high: number] {
    return [this.low[column]!, this.high[column]!];
  }

  private mayBeMissing(element: number | bigint, column: number): boolean {
    return Number.isNaN(element) && this.nullable[column]!;
  }

  /** Says why an element is not allowed. */
  report(element: Element, column: number, at: string, problems: InputProblems): void {
    const got = typeof element === 'string' ? show(element) : String(element);
    const categories = this.categories?.[column];
    if (categories !== undefined) {
      const allowed = show([...categories].map(String));
      problems.add('INPUT_CATEGORY', at, 'not one of the categories', {
        got,
        allowed,
        remedy: 'Send one of them.',
      });
    } else if (typeof element === 'number' && !Number.isFinite(element)) {
      const what = `no finite ${this.spec.dtype} number`;
      problems.add('INPUT_NOT_FINITE', at, what, { got, remedy: 'Send a value; it is required.' });
    } else {
      const allowed = this.rangeText(column);
      problems.add('INPUT_OUT_OF_RANGE', at, 'outside the range', {
        got,
        allowed,
        remedy: 'Check the value and its unit.',
      });
    }
  }

  /**
   * Whether one range holds every element: what an image of 150,000 numbers is nearly always asked. Four at a time, which
   * takes half the time of one by one.
   */
  private allWithin(data: Tensor['data']): boolean {
    if (this.width !== 1) return false;
    const numbers = data as Float32Array;
    const low = this.low[0]!;
    const high = this.high[0]!;
    const fits = (n: number): boolean => n >= low && n <= high;
    let i = 0;
    for (; i + 4 <= numbers.length; i += 4) {
      const all =
        fits(numbers[i]!) && fits(numbers[i + 1]!) && fits(numbers[i + 2]!) && fits(numbers[i + 3]!);
      if (!all) return false;
    }
    for (; i < numbers.length; i++) if (!fits(numbers[i]!)) return false;
    return true;
  }

  private checkNumbers({ data, shape }: Tensor, prefix: string, problems: InputProblems): void {
    const { low, high, width } = this;
    const numbers = data as Float32Array;
    for (let start = 0; start < numbers.length; start += width) {
      for (let column = 0; column < width; column++) {
        const value = numbers[start + column]!;
        if (value >= low[column]! && value <= high[column]!) continue;
        if (Number.isNaN(value) && this.nullable[column]) continue;
        this.report(value, column, this.locate(prefix, shape, start + column), problems);
      }
    }
  }

  private checkElements({ data, shape, dtype }: Tensor, prefix: string, problems: InputProblems): void {
    for (let index = 0; index < data.length; index++) {
      const element = elementAt(dtype, data, index);
      const column = index % this.width;
      if (this.allows(element, column)) continue;
      this.report(element, column, this.locate(prefix, shape, index), problems);
    }
  }

  /** `prefix[3].mean radius` or `prefix[3][0][7]`. */
  locate(prefix: string, shape: readonly number[], index: number): string {
    const coordinates: number[] = [];
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      coordinates.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    const name = this.columns?.[coordinates.at(-1) ?? 0];
    if (name === undefined) return prefix + coordinates.map((c) => `[${c}]`).join('');
    return `${prefix}${coordinates
      .slice(0, -1)
      .map((c) => `[${c}]`)
      .join('')}.${name}`;
  }

  private rangeText(column: number): string {
    const spec = this.spec.columns?.[column];
    const [low, high] = (this.spec.columns ? spec?.range : this.spec.range) ?? [null, null];
    const unit = spec?.unit === undefined ? '' : ` ${spec.unit}`;
    if (low === null) return `at most ${high}${unit}`;
    return high === null ? `at least ${low}${unit}` : `${low} to ${high}${unit}`;
  }
}

/** A bound like 0.1 is not representable in FP32: its nearest neighbour is allowed too, or 0.1 itself would fail. */
function lowBound({ dtype }: InputSpec, bound: number): number {
  return Number.isFinite(bound) && bound !== -Number.MAX_VALUE
    ? Math.min(bound, roundToDtype(dtype, bound))
    : bound;
}

function highBound({ dtype }: InputSpec, bound: number): number {
  return Number.isFinite(bound) && bound !== Number.MAX_VALUE
    ? Math.max(bound, roundToDtype(dtype, bound))
    : bound;
}

function toElement({ dtype }: InputSpec, category: string | number): Element {
  if (dtype === 'BYTES') return String(category);
  return dtype === 'INT64' || dtype === 'UINT64' ? BigInt(category) : Number(category);
}
