import { type Problem, show } from '@inferstack/runtime/contract';

const MAX_LENGTH = 63;

/**
 * Name of an endpoint from its construct path: `CreditRisk/Endpoint` -> `credit-risk-endpoint`. A DNS label
 * (RFC 1123), since that is what the strictest platform demands.
 */
export function endpointName(path: string, problems: Problem[]): string {
  const name = path
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name.length > MAX_LENGTH) {
    problems.push({
      code: 'PLAN_NAME',
      at: path,
      what: 'the construct path does not give a usable name',
      got: show(name),
      allowed: `a letter first, then letters, digits and dashes, at most ${MAX_LENGTH} characters`,
      remedy: 'Use shorter ids, or ids that start with a letter.',
    });
  }
  return name;
}
