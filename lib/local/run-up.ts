import { ProblemError } from '@inferstack/runtime/contract';
import type { AppEndpoint } from './app-endpoint';
import { collectEndpoints } from './collect-endpoints';
import { JsonProgress } from './json-progress';
import { LineProgress } from './line-progress';
import { LocalDeployment, type LocalEvent, type LocalOptions } from './local-deployment';
import type { Progress, Terminal } from './progress';
import { ScreenProgress } from './screen-progress';
import { movesFromDeployed } from './stable-trial';
import { StopSignals } from './stop-signals';

export interface UpOptions extends Omit<LocalOptions, 'onEvent'> {
  /** One JSON object a line instead of text. @default false */
  readonly json?: boolean;
  /** Shows every line the replicas write. @default false */
  readonly logs?: boolean;
}

const TICK_MS = 250;

/**
 * `inferstack up`: starts the endpoints of an app, shows what happens, and drains on Ctrl-C, SIGTERM or SIGHUP; a
 * second one ends everything at once.
 *
 * @returns exit code: 0 after a drain, 1 after a failed start, 130 when it was cut short.
 */
export async function runUp(
  appFile: string,
  options: UpOptions,
  terminal: Terminal = process.stdout,
  errors: Terminal = process.stderr,
): Promise<number> {
  const progress = progressFor(options, terminal);
  const signals = new StopSignals();
  try {
    const endpoints = await collectEndpoints(appFile, signals.first);
    return await serve(endpoints, options, progress, signals);
  } catch (error) {
    if (signals.first.aborted) return 130;
    if (!(error instanceof ProblemError)) throw error;
    errors.write(`${error.message}\n`);
    return 1;
  } finally {
    signals.release();
  }
}

async function serve(
  endpoints: readonly AppEndpoint[],
  options: UpOptions,
  progress: Progress,
  signals: StopSignals,
): Promise<number> {
  const onEvent = (event: LocalEvent): void => {
    if (event.type !== 'log' || options.logs === true) progress.event(event);
  };
  const deployment = new LocalDeployment(endpoints, { ...options, onEvent });
  for (const { name, source } of deployment.endpoints) {
    if (movesFromDeployed(source)) progress.note(nothingToMoveFrom(name, source));
  }
  const ticker = setInterval(() => progress.tick(deployment.status()), TICK_MS);
  try {
    await Promise.race([deployment.start(), signals.firstCame]);
    if (!signals.first.aborted) {
      progress.started(deployment.status());
      await signals.firstCame;
    }
    return await stop(deployment, progress, signals);
  } finally {
    clearInterval(ticker);
  }
}

const nothingToMoveFrom = (name: string, { rollout }: AppEndpoint): string =>
  `${name}: its ${rollout.strategy} has nothing to move from here. --stable <package directory> tries it.`;

async function stop(deployment: LocalDeployment, progress: Progress, signals: StopSignals): Promise<number> {
  const delays = deployment.endpoints.map(({ source }) => source.runtimeConfig.drain.delayMs);
  progress.note(
    `Draining: replicas keep serving ${Math.max(...delays) / 1000} s first, as on the platform. Ctrl-C again ends at once.`,
  );
  const drained = await Promise.race([
    deployment.stop().then(() => true),
    signals.secondCame.then(() => false),
  ]);
  if (!drained) await deployment.kill();
  progress.note(drained ? 'Stopped.' : 'Ended.');
  return drained ? 0 : 130;
}

function progressFor(options: UpOptions, terminal: Terminal): Progress {
  if (options.json === true) return new JsonProgress(terminal);
  if (terminal.isTTY !== true) return new LineProgress(terminal);
  return new ScreenProgress(terminal, !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb');
}
