import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import type { Tensor } from '../../contract';
import { type Problem, ProblemError } from '../../contract/problem';
import { OnnxSession } from '../onnx-session';
import { type Calibration, calibrate } from './calibrate';
import { buffersOf, compact, type FromWorker, type LaneSpec, type ToWorker } from './lane-messages';

/** Entry of a worker, as a thread or as a process: loads one model, runs what it is sent, one run at a time. */
interface Channel {
  post(message: FromWorker, transfer: TransferListItem[]): void;
  listen(onMessage: (message: ToWorker) => void): void;
  end(): void;
}

async function serve(spec: LaneSpec, channel: Channel): Promise<void> {
  let session: OnnxSession;
  let calibration: Calibration | undefined;
  try {
    session = await OnnxSession.load(spec, spec.session);
    calibration = measured(session, spec);
  } catch (error) {
    channel.post({ type: 'failed', problems: problemsOf(error) }, []);
    return channel.end();
  }
  channel.listen((message) => {
    if (message.type === 'close') void session.close().then(() => channel.end());
    else run(session, message.inputs, channel);
  });
  channel.post({ type: 'ready', calibration }, []);
}

function measured(session: OnnxSession, { calibrateOn }: LaneSpec): Calibration | undefined {
  if (calibrateOn === undefined) return undefined;
  return calibrate((inputs) => session.runSync(inputs), calibrateOn.sample, calibrateOn.canStack);
}

function run(session: OnnxSession, inputs: readonly Tensor[], channel: Channel): void {
  try {
    const outputs = compact(session.runSync(inputs));
    channel.post({ type: 'done', outputs }, buffersOf(outputs));
  } catch (error) {
    channel.post({ type: 'failed', problems: problemsOf(error) }, []);
  }
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  throw error;
}

function threadChannel(): Channel {
  const port = parentPort!;
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (onMessage) => port.on('message', onMessage),
    end: () => port.close(),
  };
}

function processChannel(): Channel {
  // The terminal's Ctrl-C reaches the whole group; this process ends when its parent says so or is gone.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => process.send!(message),
    listen: (onMessage) => process.on('message', onMessage),
    end: () => process.disconnect(),
  };
}

if (parentPort) void serve(workerData as LaneSpec, threadChannel());
else process.once('message', (spec) => void serve(spec as LaneSpec, processChannel()));
