import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../model/worker-entry';
import type { Pixels } from './resample';
import type { ResizeReply, ResizeRequest } from './resize-main';
import { isBrief, type ResizeTask, runResizeTask } from './resize-task';

interface Waiting {
  resolve(pixels: Pixels): void;
  reject(error: Error): void;
}

/** Resizes images away from the event loop. The thread starts with the first image and never keeps the process alive. */
class ResizeThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  run(task: ResizeTask): Promise<Pixels> {
    const worker = this.started();
    const request: ResizeRequest = { id: ++this.last, task };
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject });
      worker.ref();
      worker.postMessage(request, transferable(task.source));
    });
  }

  private started(): Worker {
    if (this.worker !== undefined) return this.worker;
    const { file, execArgv } = workerEntry(__dirname, 'resize-main');
    const worker = new Worker(file, { execArgv });
    worker.on('message', (reply: ResizeReply) => this.settle(reply));
    worker.on('error', (error) => this.lose(error));
    worker.on('exit', (code) => this.lose(new Error(`the resize thread ended with code ${code}`)));
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private settle({ id, pixels, error }: ResizeReply): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker?.unref();
    if (pixels === undefined) waiting?.reject(new Error(error));
    else waiting?.resolve(pixels);
  }

  /** The next image starts another thread. */
  private lose(error: Error): void {
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

const thread = new ResizeThread();

/** The pixels of the source must not be used afterwards: they may have moved to the thread. */
export function resize(task: ResizeTask): Pixels | Promise<Pixels> {
  return isBrief(task) ? runResizeTask(task) : thread.run(task);
}

/** Memory that holds nothing but these pixels moves; any other is copied. */
function transferable({ data }: Pixels): ArrayBuffer[] {
  const { buffer, byteLength } = data;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
