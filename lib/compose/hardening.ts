import type { LogOptions } from './compose-options';
import type { ServiceDefinition } from './service-definition';

/** More than any process here needs, far less than a fork bomb takes. */
const PIDS_LIMIT = 512;

/** What every container of this target is kept from, and what happens when it ends. */
export function hardened(user: string, memoryMiB: number, logs: LogOptions) {
  return {
    user,
    // As process 1 it forwards signals and reaps what is left.
    init: true,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: `${memoryMiB}m`,
    // As much as mem_limit: a replica that swaps answers too late to be of use.
    memswap_limit: `${memoryMiB}m`,
    pids_limit: PIDS_LIMIT,
    restart: 'unless-stopped',
    logging: {
      driver: 'json-file',
      options: {
        'max-size': `${logs.maxSizeMiB ?? DEFAULT_LOGS.maxSizeMiB}m`,
        'max-file': String(logs.maxFiles ?? DEFAULT_LOGS.maxFiles),
      },
    },
  } satisfies Partial<ServiceDefinition>;
}

const DEFAULT_LOGS = { maxSizeMiB: 10, maxFiles: 5 };
