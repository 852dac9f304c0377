import type { ResizeKernel } from '../../contract';
import type { Size, Window } from './geometry';
import { type Pixels, resample, toGrey } from './resample';

/** What is computed from the pixels of one image. */
export interface ResizeTask {
  readonly source: Pixels;
  readonly grey: boolean;
  readonly resized: Size;
  readonly window: Window;
  readonly kernel: ResizeKernel;
}

export function runResizeTask({ source, grey, resized, window, kernel }: ResizeTask): Pixels {
  return resample(grey ? toGrey(source) : source, resized, window, kernel);
}

/** About a millisecond of work: less than a way to a thread and back is worth while the event loop is busy. */
const FEW_PIXELS = 65_536;

/** Whether a task is done before anybody notices. */
export function isBrief({ source, grey, resized, window, kernel }: ResizeTask): boolean {
  const copied = kernel === 'nearest' || (source.width === resized.width && source.height === resized.height);
  const read = copied && !grey ? window.width * window.height : source.width * source.height;
  return read + window.width * window.height <= FEW_PIXELS;
}
