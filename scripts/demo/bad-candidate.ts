import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EndpointStatus, type LocalDeployment, startLocal } from 'inferstack/local';
import { readHeldOut } from './held-out';
import { step } from './report';
import { type Seen, Traffic } from './traffic';

const CALLERS = 8;
const CANDIDATE = '3';
/** Longer, and the demo has failed. */
const PATIENCE_MS = 60_000;
/** Of stable alone, to see that the candidate answers nobody any more. */
const AFTER_MS = 1000;

type RolloutStatus = EndpointStatus['rollouts'][number];

export interface BadCandidate {
  readonly seen: Seen;
  readonly rollout: RolloutStatus;
}

/**
 * Rolls out a candidate that loads, passes its golden samples and decides wrongly, under traffic.
 *
 * @param models folder of the example model.
 * @throws Error when it is not rolled back, or a caller lost a request.
 */
export async function rollOutBadCandidate(models: string): Promise<BadCandidate> {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-demo-'));
  try {
    process.env['DEMO_CANDIDATE'] = writeCandidate(path.join(models, '1'), path.join(folder, CANDIDATE));
    const deployment = await step('start two replicas with a canary', () =>
      startLocal(path.join(__dirname, 'canary-app.ts'), { port: 0 }),
    );
    try {
      return await step('send requests without pause until the rollout has ended', () =>
        watch(deployment, path.join(models, 'held-out.csv')),
      );
    } finally {
      await deployment.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The stable package with another threshold: healthy in every respect, and wrong about who is referred. */
function writeCandidate(stable: string, directory: string): string {
  cpSync(stable, directory, { recursive: true });
  const file = path.join(directory, 'model.yaml');
  const manifest = readFileSync(file, 'utf8');
  const changed = manifest
    .replace(/^version: .*$/m, `version: '${CANDIDATE}'`)
    .replace(/^( +threshold: ).*$/m, '$10.99');
  writeFileSync(file, changed);
  return directory;
}

async function watch(deployment: LocalDeployment, rows: string): Promise<BadCandidate> {
  const { url, model } = deployment.endpoints[0]!;
  const route = `/v2/models/${model.name}/predict`;
  const traffic = new Traffic(url, route, readHeldOut(rows), { callers: CALLERS, candidate: CANDIDATE });
  let rollout: RolloutStatus;
  try {
    rollout = await ended(deployment);
    await sleep(AFTER_MS);
  } finally {
    await traffic.stop();
  }
  const { seen } = traffic;
  if (seen.lost > 0) throw new Error(`${seen.lost} of ${seen.requests} requests were lost`);
  return { seen, rollout };
}

/** Waits until every replica has gone back. */
async function ended(deployment: LocalDeployment): Promise<RolloutStatus> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const { replicas, rollouts } = deployment.status()[0]!;
    const [rollout] = rollouts;
    const back = rollout?.replicas.filter(({ phase }) => phase === 'rolled_back') ?? [];
    if (back.length === replicas.length) return rollout!;
    await sleep(20);
  }
  throw new Error(`the bad candidate was not rolled back within ${PATIENCE_MS / 1000} s`);
}
