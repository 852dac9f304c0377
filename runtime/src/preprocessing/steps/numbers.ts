import type { StepSpec } from '../../contract';
import type { Operation } from '../batch';
import type { Path, Planner } from '../planner';

type Step<Name extends StepSpec['step']> = Extract<StepSpec, { step: Name }>;

/** In the arithmetic of scikit-learn, operation by operation, so that the last bit is the same. */
export function planScale(planner: Planner, step: Step<'scale'>, path: Path): void {
  const source = planner.use([...path, 'field'], step.field, ['number']);
  const apply = scaling(planner, step, path);
  const target = planner.result(step, path, source, 'number', source?.nullable ?? false);
  if (source !== undefined && apply !== undefined)
    planner.operations.push(mapping(source.slot, target, apply));
}

function scaling(planner: Planner, step: Step<'scale'>, path: Path): ((x: number) => number) | undefined {
  const { mean, std, min, max, to = [0, 1] } = step;
  const standard = mean !== undefined && std !== undefined;
  const between = min !== undefined && max !== undefined;
  const mixed = standard
    ? min !== undefined || max !== undefined || step.to !== undefined
    : mean !== undefined || std !== undefined;
  if (standard === between || mixed) {
    planner.fault(path, {
      what: 'a scale step has either `mean` and `std` or `min` and `max`',
      remedy: 'Give both of one pair; `to` belongs to `min` and `max`.',
    });
    return undefined;
  }
  if (standard) return (x) => (x - mean) / std;
  if (min! >= max!) {
    planner.fault([...path, 'min'], {
      what: '`min` is not below `max`',
      got: [min, max],
      remedy: 'Correct the two; a field that never varies can be left out.',
    });
    return undefined;
  }
  const factor = (to[1] - to[0]) / (max! - min!);
  const offset = to[0] - min! * factor;
  return (x) => x * factor + offset;
}

export function planClip(planner: Planner, step: Step<'clip'>, path: Path): void {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = step;
  const source = planner.use([...path, 'field'], step.field, ['number']);
  if ((step.low ?? step.high) === undefined || low > high) {
    planner.fault(path, {
      what: low > high ? '`low` is above `high`' : 'a clip step needs `low`, `high` or both',
      remedy: 'Correct the ends of the interval.',
    });
  }
  const target = planner.result(step, path, source, 'number', source?.nullable ?? false);
  if (source === undefined) return;
  planner.operations.push(mapping(source.slot, target, (x) => Math.min(Math.max(x, low), high)));
}

export function planBin(planner: Planner, step: Step<'bin'>, path: Path): void {
  const { edges } = step;
  const source = planner.use([...path, 'field'], step.field, ['number']);
  const disorder = edges.findIndex((edge, i) => i > 0 && !(edge > edges[i - 1]!));
  if (disorder > 0) {
    planner.fault([...path, 'edges', disorder], {
      what: 'the edges do not ascend',
      got: edges[disorder],
      allowed: `more than ${edges[disorder - 1]}`,
      remedy: 'Sort the edges and remove those that occur twice.',
    });
  }
  const target = planner.result(step, path, source, 'number', source?.nullable ?? false);
  if (source === undefined) return;
  const inner = Float64Array.from(edges.slice(1, -1));
  planner.operations.push(mapping(source.slot, target, (x) => (Number.isNaN(x) ? x : countUpTo(inner, x))));
}

/** How many of the ascending edges are not above `x`. */
function countUpTo(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One pass from a column into another or into itself; NaN has to pass through `apply`. */
function mapping(from: number, to: number, apply: (x: number) => number): Operation {
  return ({ rows, numbers }) => {
    const source = from * rows;
    const target = to * rows;
    for (let row = 0; row < rows; row++) numbers[target + row] = apply(numbers[source + row]!);
  };
}
