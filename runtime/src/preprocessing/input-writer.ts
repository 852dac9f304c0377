import type { InputSpec, Tensor, TensorData } from '../contract';
import { toBf16Bits, toFp16Bits } from '../model/half-float';
import { ELEMENTS } from '../model/tensor-elements';
import type { Batch, RowProblems } from './batch';

/** Makes one input of the graph of a batch; what it makes is of use only when no problem was added. */
export interface TensorWriter {
  readonly name: string;
  readonly batched: boolean;
  /** Shape for so many rows. */
  shape(rows: number): number[];
  write(batch: Batch, problems: RowProblems): Tensor | Promise<Tensor>;
}

/** Writes columns of a batch as one input of the graph, each value rounded once, to the dtype of the input. */
export class InputWriter implements TensorWriter {
  readonly batched: boolean;

  constructor(
    private readonly spec: InputSpec,
    private readonly names: readonly string[],
    private readonly slots: readonly number[],
  ) {
    this.batched = typeof spec.shape[0] === 'string';
  }

  get name(): string {
    return this.spec.name;
  }

  shape(rows: number): number[] {
    const { shape } = this.spec;
    return this.batched ? [rows, ...shape.slice(1).map(Number)] : shape.map(Number);
  }

  write(batch: Batch, problems: RowProblems): Tensor {
    const { name, dtype } = this.spec;
    return { name, dtype, shape: this.shape(batch.rows), data: this.data(batch, problems) };
  }

  private data(batch: Batch, problems: RowProblems): TensorData {
    const { dtype } = this.spec;
    const { rows, texts } = batch;
    const data = ELEMENTS[dtype].create(rows * this.slots.length);
    if (dtype === 'FP32' || dtype === 'FP64') this.copy(batch, data as Float32Array);
    else if (dtype === 'FP16') this.convert(batch, data as Uint16Array, toFp16Bits);
    else if (dtype === 'BF16') this.convert(batch, data as Uint16Array, toBf16Bits);
    else if (dtype === 'BYTES') {
      this.each(rows, (at, from) => {
        (data as string[])[at] = texts[from] ?? '';
      });
    } else this.exact(batch, data, problems);
    return data;
  }

  private copy({ rows, numbers }: Batch, data: Float32Array): void {
    const width = this.slots.length;
    for (let column = 0; column < width; column++) {
      let from = this.slots[column]! * rows;
      for (let at = column; at < data.length; at += width) data[at] = numbers[from++]!;
    }
  }

  private convert({ rows, numbers }: Batch, data: Uint16Array, toBits: (value: number) => number): void {
    this.each(rows, (at, from) => {
      data[at] = toBits(numbers[from]!);
    });
  }

  /** Integers and booleans take only what they can hold. */
  private exact({ rows, numbers }: Batch, data: TensorData, problems: RowProblems): void {
    const { dtype } = this.spec;
    const { write, allowed } = ELEMENTS[dtype];
    this.each(rows, (at, from, row, column) => {
      const number = numbers[from]!;
      if (write(data, at, dtype === 'BOOL' ? number === 1 : number)) return;
      const rest = { got: String(number), allowed, remedy: 'Correct the value.' };
      problems.add('INPUT_VALUE_TYPE', `rows[${row}].${this.names[column]}`, `not a ${dtype}`, rest);
    });
  }

  private each(rows: number, visit: (at: number, from: number, row: number, column: number) => void): void {
    const width = this.slots.length;
    for (let column = 0; column < width; column++) {
      const start = this.slots[column]! * rows;
      for (let row = 0; row < rows; row++) visit(row * width + column, start + row, row, column);
    }
  }
}
