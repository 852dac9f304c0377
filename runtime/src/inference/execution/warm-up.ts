import type { Tensor } from '../../contract';
import type { Lane } from './lane';

/**
 * Runs every request once on every lane, on all lanes at a time: the first run of a session allocates, and each worker
 * has a session of its own. Past the queue, so that neither batches nor metrics see it; the lanes must be idle.
 *
 * @throws what a run ends in.
 */
export async function warmUp(
  lanes: readonly Lane[],
  requests: readonly (readonly Tensor[])[],
): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const inputs of requests) await runOn(lane, inputs);
    }),
  );
}

function runOn(lane: Lane, inputs: readonly Tensor[]): Promise<void> {
  return new Promise((resolve, reject) => {
    lane.run(inputs, (error) => (error === undefined ? resolve() : reject(error)));
  });
}
