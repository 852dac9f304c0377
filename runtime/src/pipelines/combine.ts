import type { Combination, Dtype, Tensor } from '../contract';
import { elementAt } from '../inference';
import { toBf16Bits, toFp16Bits } from '../model/half-float';
import { ELEMENTS } from '../model/tensor-elements';

/** One answer of an ensemble. */
export interface Vote {
  readonly tensor: Tensor;
  /** Its share in a mean. */
  readonly weight: number;
}

/** Makes one tensor of those of the members, element by element; in double precision, rounded once at the end. */
export function combine(method: Combination['method'], votes: readonly Vote[]): Tensor {
  const { dtype, shape, data, name } = votes[0]!.tensor;
  const combined = ELEMENTS[dtype].create(data.length);
  const element = METHODS[method](votes);
  const stored = PATTERNS[dtype];
  for (let i = 0; i < data.length; i++) {
    const value = element(i);
    (combined as Element[])[i] = stored === undefined ? value : stored(value as number);
  }
  return { name, dtype, shape, data: combined };
}

type Element = number | bigint | string;

const METHODS: Readonly<
  Record<Combination['method'], (votes: readonly Vote[]) => (index: number) => Element>
> = { mean, max, vote };

/** Of the members that gave an answer: their weights are taken as shares of what is there. */
function mean(votes: readonly Vote[]): (index: number) => number {
  const total = votes.reduce((sum, { weight }) => sum + weight, 0);
  return (i) => votes.reduce((sum, { tensor, weight }) => sum + weight * Number(at(tensor, i)), 0) / total;
}

/** NaN where any member gives it: it is never hidden. */
function max(votes: readonly Vote[]): (index: number) => Element {
  return (i) => {
    let top = at(votes[0]!.tensor, i);
    for (const { tensor } of votes) {
      const value = at(tensor, i);
      if (Number.isNaN(value)) return value;
      if (value > top) top = value;
    }
    return top;
  };
}

/** What most members say; of several with equally many the one that the first member among them says. */
function vote(votes: readonly Vote[]): (index: number) => Element {
  return (i) => {
    const counts = new Map<Element, number>();
    for (const { tensor } of votes) counts.set(at(tensor, i), (counts.get(at(tensor, i)) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return [...counts].find(([, count]) => count === most)![0];
  };
}

const at = ({ dtype, data }: Tensor, index: number): Element => elementAt(dtype, data, index);

/** 16-bit floats are stored as patterns; everything else as it is. */
const PATTERNS: Readonly<Partial<Record<Dtype, (value: number) => number>>> = {
  FP16: toFp16Bits,
  BF16: toBf16Bits,
};
