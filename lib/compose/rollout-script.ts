import type { ProjectEndpoint } from './project-endpoint';
import { ROLLOUT_LIBRARY } from './rollout-library';

/**
 * `rollout.sh`: what `docker compose up` cannot do. Names of services are DNS labels, so nothing needs quoting.
 *
 * @param prometheus whether the project has a Prometheus whose alarms are watched.
 */
export function rolloutScript(endpoints: readonly ProjectEndpoint[], prometheus: boolean): string {
  const longest = Math.max(60, ...endpoints.map(({ timeoutSeconds }) => timeoutSeconds));
  return [
    HEAD,
    `prometheus=${prometheus ? 'yes' : 'no'}`,
    `longest=${longest}`,
    `balancers='${endpoints.map(({ name }) => name).join(' ')}'`,
    `services='${endpoints.flatMap(({ name, replicas }) => [name, ...replicas]).join(' ')}'`,
    ROLLOUT_LIBRARY,
    'each_endpoint() {',
    '  :',
    ...endpoints.map(({ name, timeoutSeconds, bakeSeconds, replicas }) =>
      ['  roll', name, timeoutSeconds, bakeSeconds, ...replicas].join(' '),
    ),
    '}',
    '',
    'main "$@"',
    '',
  ].join('\n');
}

const HEAD = `#!/bin/sh
# Brings the host to what compose.yaml beside this file says, one replica at a time, and back again when a new replica
# does not get ready, or when a replica or an alarm tells so while it bakes. Written by inferstack; safe to run again.
#
#   ./rollout.sh            needs Docker Engine 20.10 and Docker Compose 2.24 or later
#
# Exit status: 0 done, 1 failed and what ran before runs again, 2 failed and it could not be brought back.
set -eu
cd "$(dirname "$0")"`;
