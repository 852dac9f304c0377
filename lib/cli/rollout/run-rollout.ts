import { type CliIo, UsageError } from '../cli-io';
import type { CommandResult } from '../run-command';
import { actOn, type RolloutOrder } from './act-on-rollout';
import { findEndpoints } from './find-endpoints';
import { readRollouts } from './read-rollouts';
import { statusText } from './status-text';

export interface RolloutFlags {
  readonly model?: string;
  readonly url: readonly string[];
  readonly keyFile?: string;
  readonly reason?: string;
  readonly json: boolean;
}

/** `inferstack rollout status`: 0 as long as nothing was rejected. */
export async function rolloutStatus(
  io: CliIo,
  endpoint: string | undefined,
  flags: RolloutFlags,
): Promise<CommandResult> {
  const endpoints = findEndpoints({ ...choice(endpoint, flags), keyFile: undefined });
  const { found, problems } = await readRollouts(endpoints, flags.model);
  const rejected = found.some(({ rollout }) => rollout.verdict === 'reject');
  return {
    ok: problems.length === 0 && !rejected,
    json: { rollouts: found.map(({ endpoint: { name }, rollout }) => ({ endpoint: name, ...rollout })) },
    text: found.map((one) => statusText(io, one)).join('\n\n'),
    problems,
  };
}

/** `inferstack rollout promote | rollback | stop`. */
export async function rolloutAction(
  endpoint: string | undefined,
  flags: RolloutFlags,
  action: RolloutOrder['action'],
): Promise<CommandResult> {
  if (flags.url.length > 0 && flags.keyFile === undefined)
    throw new UsageError('with --url, give the key of an administrator: --key-file.');
  const endpoints = findEndpoints(choice(endpoint, flags));
  const { model, reason } = flags;
  const done = await actOn(endpoints, { action, model, reason });
  const ok = done.problems.length === 0;
  return {
    ok,
    json: { model: done.model, action },
    text: ok ? `${done.model}: ${PAST[action]}` : '',
    problems: done.problems,
  };
}

const PAST = { promote: 'promoted', rollback: 'rolled back', stop: 'stopped' } as const;

function choice(endpoint: string | undefined, { url, keyFile }: RolloutFlags) {
  if (endpoint !== undefined && url.length > 0)
    throw new UsageError('an endpoint is a name on this machine; leave it out with --url.');
  for (const address of url) {
    if (!/^https?:\/\/[^\s/]+/.test(address)) throw new UsageError(`--url ${address} is no http address.`);
  }
  return { endpoint, urls: url, keyFile };
}
