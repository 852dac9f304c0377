import { ProblemError } from '@inferstack/runtime/contract';
import { ProblemCollector } from '../core';
import type { KubernetesProblemCode } from './problems';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Collects what is wrong with an endpoint on Kubernetes. */
export class Checker extends ProblemCollector<KubernetesProblemCode> {
  /** A name of an object: labels joined by dots (RFC 1123). */
  objectName(option: string, value: string): void {
    if (value.length <= 253 && SUBDOMAIN.test(value)) return;
    this.name(option, value, 'lower-case letters, digits, dashes and dots, at most 253 characters');
  }

  /** A name that is also a DNS label (RFC 1123), as that of a namespace. */
  labelName(option: string, value: string): void {
    if (LABEL.test(value)) return;
    this.name(option, value, 'lower-case letters, digits and dashes, at most 63 characters');
  }

  private name(option: string, got: string, allowed: string): void {
    const what = 'the name is not usable in Kubernetes';
    this.add('KUBERNETES_NAME', option, { what, got, allowed, remedy: 'Correct the name.' });
  }
}

/**
 * Thrown before anything else: without a chart nothing can be created.
 *
 * @param target the class users name
 */
export function scopeError(path: string, target: string, construct = 'ModelEndpoint'): ProblemError {
  return new ProblemError([
    {
      code: 'TARGET_SCOPE',
      at: path,
      what: `${target} creates cdk8s objects, but no cdk8s Chart is above this construct`,
      allowed: 'a scope inside a Chart of a cdk8s App',
      remedy: `Create the ${construct} below \`new Chart(new App(), 'Name')\` of cdk8s, or choose another target.`,
    },
  ]);
}
