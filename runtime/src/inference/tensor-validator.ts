import type { InputSpec, Tensor } from '../contract';
import { closest } from '../model/closest';
import { InputProblems } from './input-problems';
import type { InputRules } from './input-rules';

/** Checks tensors against a signature: names, dtypes, shapes, element counts, values. */
export class TensorValidator {
  private readonly names: readonly string[];

  constructor(private readonly rules: readonly InputRules[]) {
    this.names = rules.map(({ spec }) => spec.name);
  }

  /** @throws RequestError INPUT_INVALID with everything that is wrong; values are judged once the form fits. */
  validate(tensors: readonly Tensor[]): void {
    const problems = new InputProblems();
    if (!this.complete(tensors)) this.checkNames(tensors, problems);
    for (const tensor of tensors) this.checkForm(tensor, problems);
    problems.throwIfAny();
    this.checkShapes(tensors, problems);
    problems.throwIfAny();
    for (const tensor of tensors) this.rulesOf(tensor)!.check(tensor, `inputs.${tensor.name}`, problems);
    problems.throwIfAny();
  }

  /** Reports shapes that do not fit the signature, and symbolic dimensions that have several sizes. */
  checkShapes(tensors: readonly Tensor[], problems: InputProblems): void {
    const sizes = new Map<string, { readonly size: number; readonly by: string }>();
    for (const tensor of tensors) {
      const { spec } = this.rulesOf(tensor)!;
      if (!fits(spec, tensor.shape)) reportShape(spec, tensor.shape, problems);
      else this.bindSymbols(spec, tensor.shape, sizes, problems);
    }
  }

  private rulesOf(tensor: Tensor): InputRules | undefined {
    return this.rules[this.names.indexOf(tensor.name)];
  }

  /** The usual case: every input once, in the order of the signature. */
  private complete(tensors: readonly Tensor[]): boolean {
    return tensors.length === this.names.length && this.names.every((name, i) => tensors[i]!.name === name);
  }

  private checkNames(tensors: readonly Tensor[], problems: InputProblems): void {
    for (const name of this.names) {
      const count = tensors.filter((tensor) => tensor.name === name).length;
      if (count === 1) continue;
      const at = `inputs.${name}`;
      if (count === 0) {
        problems.add('INPUT_MISSING', at, 'the input is missing', {
          remedy: 'Send every input of the signature.',
        });
      } else {
        problems.add('INPUT_DUPLICATE', at, 'the input is given twice', { remedy: 'Send it once.' });
      }
    }
  }

  private checkForm(tensor: Tensor, problems: InputProblems): void {
    const at = `inputs.${tensor.name}`;
    const spec = this.rulesOf(tensor)?.spec;
    if (spec === undefined) {
      const remedy = closest(tensor.name, this.names, `The inputs are ${this.names.join(', ')}.`);
      problems.add('INPUT_UNKNOWN', at, 'the signature has no input of this name', { remedy });
    } else if (spec.dtype !== tensor.dtype) {
      problems.add('INPUT_DTYPE', at, 'another dtype than the signature demands', {
        got: tensor.dtype,
        allowed: spec.dtype,
        remedy: 'Convert the data and change datatype.',
      });
    }
    const elements = tensor.shape.reduce((product, size) => product * size, 1);
    if (elements !== tensor.data.length) {
      problems.add('INPUT_SHAPE', at, 'the shape and the number of elements disagree', {
        got: `${tensor.data.length} elements`,
        allowed: `${elements} elements for shape [${tensor.shape.join(', ')}]`,
        remedy: 'Correct the shape or the data.',
      });
    }
  }

  private bindSymbols(
    spec: InputSpec,
    shape: readonly number[],
    sizes: Map<string, { readonly size: number; readonly by: string }>,
    problems: InputProblems,
  ): void {
    spec.shape.forEach((dimension, axis) => {
      if (typeof dimension === 'number') return;
      const size = shape[axis]!;
      const bound = sizes.get(dimension);
      if (bound === undefined) sizes.set(dimension, { size, by: spec.name });
      else if (bound.size !== size) {
        problems.add('INPUT_SHAPE', `inputs.${spec.name}`, `dimension "${dimension}" has two sizes`, {
          got: `${size}`,
          allowed: `${bound.size} as in ${bound.by}`,
          remedy: 'Send the same number of rows in every input.',
        });
      }
    });
  }
}

function fits(spec: InputSpec, shape: readonly number[]): boolean {
  if (shape.length !== spec.shape.length) return false;
  return shape.every((size, axis) => {
    const dimension = spec.shape[axis]!;
    return size > 0 && (typeof dimension === 'string' || dimension === size);
  });
}

function reportShape(spec: InputSpec, shape: readonly number[], problems: InputProblems): void {
  problems.add('INPUT_SHAPE', `inputs.${spec.name}`, 'the shape does not fit the signature', {
    got: `[${shape.join(', ')}]`,
    allowed: `[${spec.shape.join(', ')}]`,
    remedy: 'Reshape the data; every size must be at least 1.',
  });
}
