import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { responseHeaders } from './headers';

type Controller = Dispatcher.DispatchController;

/** Writes what a replica answers to the client as it comes, no faster than the client reads. */
export class AnswerRelay implements Dispatcher.DispatchHandler {
  constructor(
    private readonly response: ServerResponse,
    private readonly done: () => void,
    private readonly failed: (error: Error) => void,
  ) {}

  onRequestStart(controller: Controller): void {
    const stop = (): void => {
      if (!this.response.writableFinished) controller.abort(new Error('the client is gone'));
    };
    if (this.response.destroyed) stop();
    else this.response.once('close', stop);
  }

  onResponseStart(_: Controller, status: number, headers: Parameters<typeof responseHeaders>[0]): void {
    // 100 to 199 only announce the answer.
    if (status >= 200) this.response.writeHead(status, responseHeaders(headers));
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.response.end();
    this.done();
  }

  onResponseError(_: Controller, error: Error): void {
    this.failed(error);
  }
}
