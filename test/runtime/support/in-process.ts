import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { createLogger } from '../../../runtime/src/logging';
import { ServeRole } from '../../../runtime/src/serve';

/** The role on free ports in this process, listening but not loaded. */
export function startRole(config: RuntimeConfig, environment: NodeJS.ProcessEnv = {}): Promise<ServeRole> {
  const logger = createLogger(config.logging.level, config.endpoint);
  const cacheDirectory = path.join(tmpdir(), 'inferstack-test-cache');
  return ServeRole.start(config, { logger, cacheDirectory, environment });
}

/** The role, ready. */
export async function serve(config: RuntimeConfig, environment?: NodeJS.ProcessEnv): Promise<ServeRole> {
  const role = await startRole(config, environment);
  await role.load();
  return role;
}
