import { readFileSync } from 'node:fs';
import { throwProblems } from '@inferstack/runtime/contract';
import { readRuns } from '../../local';

/** Who is asked, and with which key. */
export interface ManagedEndpoint {
  readonly name: string;
  /** Management listeners: the one of `inferstack up`, or one of each replica. */
  readonly urls: readonly string[];
  /** undefined: it can be looked at, not acted on. */
  readonly key: string | undefined;
}

export interface EndpointChoice {
  /** Name of an endpoint of `inferstack up`. */
  readonly endpoint: string | undefined;
  /** Management listeners of a deployment anywhere. */
  readonly urls: readonly string[];
  readonly keyFile: string | undefined;
}

/**
 * The endpoints that are meant: those behind the given addresses, or those that run on this machine.
 *
 * @throws ProblemError ROLLOUT_NOTHING_RUNS, ROLLOUT_KEY_FILE
 */
export function findEndpoints({ endpoint, urls, keyFile }: EndpointChoice): ManagedEndpoint[] {
  const key = keyFile === undefined ? undefined : readKey(keyFile);
  if (urls.length > 0) return [{ name: urls.join(', '), urls, key }];
  const running = readRuns().flatMap((run) =>
    run.endpoints.map(({ name, managementUrl }) => ({ name, urls: [managementUrl], key: key ?? run.key })),
  );
  const meant = running.filter(({ name }) => endpoint === undefined || name === endpoint);
  if (meant.length === 0) throwProblems([nothingRuns(endpoint, running)]);
  return meant;
}

function nothingRuns(endpoint: string | undefined, running: readonly ManagedEndpoint[]) {
  return {
    code: 'ROLLOUT_NOTHING_RUNS',
    at: endpoint ?? 'inferstack up',
    what: running.length === 0 ? 'nothing runs on this machine' : 'no endpoint of this name runs here',
    ...(running.length > 0 && { allowed: running.map(({ name }) => name).join(' | ') }),
    remedy: 'Start it with `inferstack up <app>`, or give the address of a management listener: --url.',
  };
}

/** @throws ProblemError ROLLOUT_KEY_FILE; never with the text. */
function readKey(file: string): string {
  const fail = (what: string): never =>
    throwProblems([
      {
        ...{ code: 'ROLLOUT_KEY_FILE', at: '--key-file', what, got: file },
        allowed: 'a file with the key alone, on one line',
        remedy: 'Write the key itself into it, not its digest.',
      },
    ]) as never;
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    fail(`the file cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  return /^[\x21-\x7e]+$/.test(text) ? text : fail('there is no key in it, or more than one line');
}
