import type { RehearsalOutcome, RehearsalTraffic } from '@inferstack/runtime/contract';
import { ProblemError } from '@inferstack/runtime/contract';
import { Command, InvalidArgumentError } from 'commander';
import type { RehearseOptions } from '../local';
import { type CliIo, UsageError } from './cli-io';
import { problemText } from './problem-text';
import { eventText, outcomeText } from './rehearsal-text';

interface Options {
  readonly traffic?: string;
  readonly generate?: number;
  readonly seed: number;
  readonly rate?: number;
  readonly stable?: string;
  readonly json: boolean;
}

type Rehearse = (app: string, options: RehearseOptions) => Promise<RehearsalOutcome>;

const EXIT: Readonly<Record<RehearsalOutcome['verdict'], number>> = { promote: 0, reject: 1, hold: 3 };

const HELP = `
Exit codes of this command:
  0  the candidate would be promoted
  1  it would be rejected
  2  wrong usage, or nothing could be rehearsed
  3  the rollout would still be held, or not decided, at the end of the traffic`;

/**
 * `inferstack rehearse <app> [endpoint]`: how the rollout would go.
 *
 * @param rehearse @default - by the runtime that is installed
 */
export function rehearseCommand(io: CliIo, rehearse: Rehearse = installed): Command {
  return new Command('rehearse')
    .description('tell how the rollout of an endpoint would go with recorded or generated traffic')
    .argument('<app>', 'TypeScript or JavaScript file that creates the App')
    .argument('[endpoint]', 'name of the endpoint (default: the only one, or the only one with a candidate)')
    .option('--traffic <file>', 'recorded requests, one a line, or golden samples')
    .option('--generate <number>', 'make up so many requests from the golden samples instead', whole)
    .option('--seed <number>', 'of what is made up', whole, 1)
    .option(
      '--rate <number>',
      'requests a second (default: as recorded, else spread over all steps)',
      positive,
    )
    .option(
      '--stable <directory>',
      'package that is deployed now (default: the stable version of the rollout)',
    )
    .option('--json', 'one JSON object instead of text', false)
    .addHelpText('after', HELP)
    .action(async (app: string, endpoint: string | undefined, options: Options) => {
      io.exitCode = await run(
        io,
        app,
        { ...task(options), endpoint, stable: options.stable },
        options.json,
        rehearse,
      );
    });
}

async function run(
  io: CliIo,
  app: string,
  options: RehearseOptions,
  json: boolean,
  rehearse: Rehearse,
): Promise<number> {
  try {
    const onEvent: RehearseOptions['onEvent'] = (event) => json || io.out(`${eventText(event)}\n`);
    const outcome = await rehearse(app, { ...options, onEvent });
    io.out(json ? `${JSON.stringify(outcome, undefined, 2)}\n` : `\n${outcomeText(io, outcome)}\n`);
    return EXIT[outcome.verdict];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    io.err(`${problemText(io, error.problems)}\n`);
    return 2;
  }
}

function task({ traffic, generate, seed, rate }: Options): Pick<RehearseOptions, 'traffic' | 'rate'> {
  if ((traffic === undefined) === (generate === undefined))
    throw new UsageError('give --traffic <file> or --generate <number>, one of them.');
  const chosen: RehearsalTraffic =
    traffic === undefined
      ? { kind: 'generated', count: generate!, seed }
      : { kind: 'recorded', file: traffic };
  return { traffic: chosen, rate: rate ?? null };
}

// Loaded when it is needed: every other command would pay for it.
const installed: Rehearse = async (app, options) =>
  (await import('../local/index.js')).rehearse(app, options);

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}

function positive(text: string): number {
  if (Number(text) > 0 && Number.isFinite(Number(text))) return Number(text);
  throw new InvalidArgumentError('expected a number above 0.');
}
