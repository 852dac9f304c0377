import {
  type InputSpec,
  inputSchema,
  type Problem,
  preprocessingSchema,
  type Tensor,
} from '@inferstack/runtime/contract';
import {
  Preprocessor,
  planPreprocessing,
  type QualityFinding,
  type RowProblems,
} from '../../../runtime/src/preprocessing';

/** An FP32 input with these columns, any of which may be missing. */
export function floatInput(columns: readonly string[]): InputSpec {
  return inputSchema.parse({
    name: 'features',
    dtype: 'FP32',
    shape: ['batch', columns.length],
    columns: columns.map((name) => ({ name, required: false })),
  });
}

export class Collected implements RowProblems {
  readonly listed: Omit<Problem, 'remedy'>[] = [];
  get total(): number {
    return this.listed.length;
  }
  add(code: string, at: string, what: string, rest: object): void {
    this.listed.push({ code, at, what, ...rest });
  }
}

export interface Transformed {
  readonly tensors: readonly Tensor[];
  readonly findings: readonly QualityFinding[];
  /** `CODE at place`. */
  readonly problems: readonly string[];
  readonly listed: Collected['listed'];
}

export function preprocessor(spec: unknown, inputs: readonly InputSpec[]): Preprocessor {
  return new Preprocessor(preprocessingSchema.parse(spec), { inputs: [...inputs] });
}

/** Takes rows through fields and steps as a manifest holds them. */
export function transform(
  spec: unknown,
  inputs: readonly InputSpec[],
  rows: readonly unknown[],
  now?: number,
): Transformed {
  const problems = new Collected();
  const findings: QualityFinding[] = [];
  const tensors = preprocessor(spec, inputs).decode(rows, problems, findings, now);
  const { listed } = problems;
  return { tensors, findings, problems: listed.map(({ code, at }) => `${code} at ${at}`), listed };
}

/** The column of a tensor as numbers. */
export function column(tensor: Tensor, position: number): number[] {
  const width = tensor.shape.at(-1)!;
  return Array.from(tensor.data as Float32Array).filter((_, i) => i % width === position);
}

/** What is wrong with a declaration: `path: what`. */
export function faults(spec: unknown, inputs: readonly InputSpec[]): string[] {
  const found: string[] = [];
  planPreprocessing(preprocessingSchema.parse(spec), inputs, (path, { what }) => {
    found.push(`${path.join('.')}: ${what}`);
  });
  return found;
}
