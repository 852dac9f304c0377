import { REQUEST, type Tensor } from '../contract';
import { parseReference } from '../model/pipelines';
import { gatherRows } from './rows';

/** Outputs of a step by name; undefined when it was skipped. */
export type Outputs = ReadonlyMap<string, Tensor> | undefined;

/** What can be read from where a step stands, and for which rows. */
export class Scope {
  static ofRequest(inputs: readonly Tensor[]): Scope {
    const scope = new Scope(undefined, undefined, inputs[0]?.shape[0] ?? 1);
    scope.put(REQUEST, new Map(inputs.map((tensor) => [tensor.name, tensor])));
    return scope;
  }

  private readonly steps = new Map<string, Outputs>();
  private readonly gathered = new Map<string, Tensor>();

  private constructor(
    private readonly around: Scope | undefined,
    /** Rows of the scope around that are in this one; undefined: all. */
    private readonly positions: readonly number[] | undefined,
    readonly rowCount: number,
  ) {}

  /** A scope for steps that see each other and everything around them. */
  inner(): Scope {
    return new Scope(this, undefined, this.rowCount);
  }

  /** A scope for some of the rows. */
  ofRows(positions: readonly number[]): Scope {
    return new Scope(this, positions, positions.length);
  }

  put(step: string, outputs: Outputs): void {
    this.steps.set(step, outputs);
  }

  /** The tensor for the rows of this scope; undefined when its step was skipped. */
  get(reference: string): Tensor | undefined {
    const { step, output } = parseReference(reference);
    if (this.steps.has(step)) return this.steps.get(step)?.get(output);
    const known = this.gathered.get(reference);
    if (known !== undefined) return known;
    const whole = this.around?.get(reference);
    if (whole === undefined || this.positions === undefined) return whole;
    const rows = gatherRows(whole, this.positions);
    this.gathered.set(reference, rows);
    return rows;
  }

  /** Positions in the request of the rows of this scope; undefined: all rows. */
  get requestRows(): readonly number[] | undefined {
    const outer = this.around?.requestRows;
    if (this.positions === undefined || outer === undefined) return this.positions ?? outer;
    return this.positions.map((position) => outer[position]!);
  }
}
