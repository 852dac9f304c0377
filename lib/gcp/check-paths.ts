import type { EndpointPlan } from '../core';
import type { Checker } from './checker';

/** Source: https://cloud.google.com/run/docs/known-issues, reserved URL paths */
const RESERVED = /^\/(eventlog$|_ah(\/|$))|z$/;

/** Paths that never reach a service: Cloud Run keeps some for itself. */
export function checkPaths(check: Checker, { runtime }: EndpointPlan): void {
  runtime.adapters.forEach(({ path }, index) => {
    if (!RESERVED.test(path)) return;
    check.unsupported(`runtime.adapters[${index}].path`, {
      what: 'Cloud Run keeps this path for itself',
      got: path,
      allowed: 'a path that does not end in z, is not /eventlog and not below /_ah',
      remedy: 'Choose another path.',
    });
  });
}
