import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerContender } from '../contenders';
import type { Layout } from '../harness/cores';
import { freePort } from '../harness/free-port';
import { ServerProcess } from '../harness/server-process';
import type { Target } from '../load/target';
import type { BenchModel } from '../requests/bench-model';
import { checkReply } from '../requests/check-reply';
import { inferTarget } from '../requests/encoding';

/** What is served and where. */
export interface Serving {
  readonly model: BenchModel;
  /** @default - the model alone */
  readonly versions?: readonly BenchModel[];
  readonly layout: Layout;
}

/** Starts the server anew, checks its first answer, and stops it after the work. */
export async function withServer<Result>(
  contender: ServerContender,
  { model, versions, layout }: Serving,
  work: (server: ServerProcess, target: Target) => Promise<Result>,
): Promise<Result> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'inferstack-bench-'));
  const port = await freePort();
  const target = inferTarget(model, contender.encoding, port);
  const command = contender.command({ model, port, layout, scratch, ...(versions && { versions }) });
  try {
    const server = await ServerProcess.start(command, layout.server, scratch, target, (reply) =>
      checkReply(model, contender.encoding, reply),
    );
    try {
      return await work(server, target);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
