import type { RolloutStatus } from '@inferstack/runtime/contract';
import { request } from 'undici';

export type RolloutAction = 'promote' | 'rollback' | 'stop';

/** What somebody asks a management listener to do. */
export interface RolloutDemand {
  readonly model: string;
  readonly action: RolloutAction;
  /** @default - none is given */
  readonly reason?: string | undefined;
}

/** What a management listener said. */
export interface ManagementAnswer {
  readonly status: number;
  readonly body: unknown;
}

const TIMEOUT_MS = 2000;
const LIMITS = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };

/**
 * The rollouts of one management listener: of a replica, or of `inferstack up`, which speaks for all of its replicas.
 *
 * @throws whatever keeps it from being reached.
 */
export async function askRollouts(origin: string): Promise<readonly RolloutStatus[]> {
  const { statusCode, body } = await request(`${trimmed(origin)}/rollouts`, LIMITS);
  const answer = (await readJson(body)) as { readonly rollouts?: unknown };
  // A deployment without rollouts knows no such path.
  if (statusCode === 404) return [];
  if (statusCode === 200 && Array.isArray(answer.rollouts)) return answer.rollouts as RolloutStatus[];
  throw new Error(`HTTP ${statusCode} without rollouts`);
}

/** @param headers that show who asks: `x-api-key` or `authorization`. */
export async function actOnRollout(
  origin: string,
  { model, action, reason }: RolloutDemand,
  headers: Readonly<Record<string, string>>,
): Promise<ManagementAnswer> {
  const path = `/rollouts/${encodeURIComponent(model)}/${action}`;
  const { statusCode, body } = await request(`${trimmed(origin)}${path}`, {
    ...LIMITS,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  });
  return { status: statusCode, body: await readJson(body) };
}

async function readJson(body: { text(): Promise<string> }): Promise<unknown> {
  try {
    return JSON.parse(await body.text());
  } catch {
    return {};
  }
}

const trimmed = (origin: string): string => origin.replace(/\/+$/, '');
