import { parentPort } from 'node:worker_threads';
import type { Pixels } from './resample';
import { type ResizeTask, runResizeTask } from './resize-task';

/** What the thread is asked. */
export interface ResizeRequest {
  readonly id: number;
  readonly task: ResizeTask;
}

/** What it answers: pixels, or why there are none. */
export interface ResizeReply {
  readonly id: number;
  readonly pixels?: Pixels;
  readonly error?: string;
}

/** Entry of the thread that resizes images, one after the other. */
parentPort?.on('message', ({ id, task }: ResizeRequest) => {
  try {
    const pixels = runResizeTask(task);
    parentPort!.postMessage({ id, pixels } satisfies ResizeReply, [pixels.data.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort!.postMessage({ id, error: (error as Error).message } satisfies ResizeReply);
  }
});
