import {
  DEFAULT_MAX_PIXELS,
  type ImageStep,
  type InputSpec,
  type Tensor,
  type TensorData,
} from '../../contract';
import { ELEMENTS } from '../../model/tensor-elements';
import type { Batch, RowProblems } from '../batch';
import type { TensorWriter } from '../input-writer';
import { decodeImage, ImageError, type ImageFault } from './decode-image';
import { imageGate } from './gate';
import { type Placement, place, type Size } from './geometry';
import { PIXEL_TABLES, type PixelTable } from './pixel-table';
import type { Pixels } from './resample';
import { resize } from './resize-thread';

/** What an image step makes of an image. */
export interface ImagePlan {
  readonly step: ImageStep;
  /** Among the images of a batch. */
  readonly slot: number;
  /** The field callers know. */
  readonly field: string;
  readonly maxPixels: number | undefined;
}

const BLACK = [0, 0, 0] as const;

/** More is no request but an attack: the tensors of all rows together. */
const MAX_TENSOR_BYTES = 256 * 1024 * 1024;

/** Decodes the images of a batch and writes their pixels as one input of the graph. */
export class ImageWriter implements TensorWriter {
  readonly batched: boolean;
  private readonly table: PixelTable;
  private readonly channels: number;

  constructor(
    private readonly spec: InputSpec,
    private readonly plan: ImagePlan,
    /** Width and height of what the graph takes. */
    private readonly size: Size,
  ) {
    this.batched = typeof spec.shape[0] === 'string';
    this.channels = plan.step.color === 'grey' ? 1 : 3;
    this.table = PIXEL_TABLES[spec.dtype]!(plan.step, this.channels);
  }

  get name(): string {
    return this.spec.name;
  }

  shape(rows: number): number[] {
    const { shape } = this.spec;
    return this.batched ? [rows, ...shape.slice(1).map(Number)] : shape.map(Number);
  }

  /** The tensor is of use only when no problem was added. */
  async write(batch: Batch, problems: RowProblems): Promise<Tensor> {
    const { name, dtype } = this.spec;
    const shape = this.shape(batch.rows);
    const length = this.size.width * this.size.height * this.channels;
    const bytes = batch.rows * length * this.table.BYTES_PER_ELEMENT;
    if (bytes > MAX_TENSOR_BYTES) {
      const allowed = String(Math.floor(MAX_TENSOR_BYTES / (length * this.table.BYTES_PER_ELEMENT)));
      const rest = { got: String(batch.rows), allowed, remedy: 'Send fewer images in a request.' };
      problems.add('INPUT_SHAPE', 'rows', 'there are too many images', rest);
      return { name, dtype, shape, data: [] };
    }
    const data = ELEMENTS[dtype].create(batch.rows * length);
    const faults = await Promise.all(
      Array.from({ length: batch.rows }, (_, row) => this.writeRow(batch, row, data, row * length)),
    );
    for (const [row, fault] of faults.entries()) {
      if (fault === undefined) continue;
      const { code, what, ...rest } = fault;
      problems.add(code, `rows[${row}].${this.plan.field}`, what, rest);
    }
    return { name, dtype, shape, data };
  }

  private async writeRow(
    { images, rows }: Batch,
    row: number,
    data: TensorData,
    offset: number,
  ): Promise<ImageFault | undefined> {
    const file = images[this.plan.slot * rows + row]!;
    try {
      await imageGate.run(() => this.writeImage(file, data as PixelTable, offset));
      return undefined;
    } catch (error) {
      if (error instanceof ImageError) return error.fault;
      throw error;
    }
  }

  private async writeImage(file: Uint8Array, data: PixelTable, offset: number): Promise<void> {
    const { step, maxPixels = DEFAULT_MAX_PIXELS } = this.plan;
    const source = await decodeImage(file, maxPixels, step.orientation);
    const placement = place(source, step, this.size);
    if (placement === undefined) throw new ImageError(this.misfit(source));
    const { resized, window } = placement;
    const kernel = step.resize?.kernel ?? 'nearest';
    const pixels = await resize({ source, grey: step.color === 'grey', resized, window, kernel });
    this.copy(pixels, placement, data, offset);
  }

  private copy(pixels: Pixels, { left, top }: Placement, data: PixelTable, offset: number): void {
    const { width, height } = this.size;
    const { layout, color, resize: resized } = this.plan.step;
    const background = resized?.background ?? BLACK;
    const { channels, table } = this;
    const [planeStep, pixelStep] = layout === 'NCHW' ? [width * height, 1] : [1, channels];
    for (let channel = 0; channel < channels; channel++) {
      // A grey image has one channel, for as many as the graph takes.
      const wanted = color === 'BGR' ? 2 - channel : channel;
      const from = pixels.channels === 1 ? 0 : wanted;
      const start = offset + channel * planeStep;
      const values = table.subarray(channel * 256, (channel + 1) * 256);
      if (pixels.width < width || pixels.height < height) {
        const filled = values[channels === 1 ? luminance(background) : background[wanted]!]!;
        for (let i = 0; i < width * height; i++) data[start + i * pixelStep] = filled;
      }
      for (let y = 0, at = from; y < pixels.height; y++) {
        let to = start + ((top + y) * width + left) * pixelStep;
        for (let x = 0; x < pixels.width; x++, at += pixels.channels, to += pixelStep)
          data[to] = values[pixels.data[at]!]!;
      }
    }
  }

  private misfit({ width, height }: Size): ImageFault {
    const { resize: resized, crop } = this.plan.step;
    const exact = resized === undefined && crop === undefined;
    return {
      code: 'INPUT_IMAGE_SIZE',
      what: exact ? 'the image has not the size the model takes' : 'the image is too small to be cropped',
      got: `${width} x ${height}`,
      allowed: `${exact ? '' : 'at least '}${this.size.width} x ${this.size.height}`,
      remedy: 'Send an image of another size.',
    };
  }
}

function luminance([red, green, blue]: readonly [number, number, number]): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}
