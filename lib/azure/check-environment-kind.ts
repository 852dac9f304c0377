import { isUnresolved } from '../core';
import type { Checker } from './checker';
import type { EnvironmentReference } from './references';

/** Refuses an environment of yours that is of the other kind than the exposure needs. */
export function checkEnvironmentKind(
  check: Checker,
  environment: EnvironmentReference | undefined,
  exposure: { readonly called: string; readonly internal: boolean },
): void {
  if (environment === undefined || isUnresolved(environment.internal)) return;
  const { internal } = environment;
  if (internal === exposure.internal) return;
  const fitting = internal ? 'Exposure.private(), Exposure.webFirewall()' : 'Exposure.internet()';
  check.add('AZURE_ENVIRONMENT', 'target.exposure', {
    what: `the environment is yours, and its load balancer is ${internal ? 'internal' : 'public'}`,
    got: exposure.called,
    allowed: `${fitting}, Exposure.environment()`,
    remedy: 'Choose one of these, or another environment: its kind cannot be changed.',
  });
}
