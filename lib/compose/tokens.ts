import { isUnresolved } from '../core';
import type { Checker } from './checker';

/** String encodings of tokens: those of aws-cdk-lib and of cdktf. */
const TOKEN = /\$\{(Tf)?Token\[/;

/** Refuses placeholders of another tool anywhere in a value: Compose would take them for a variable of its own. */
export function refuseTokens(check: Checker, option: string, value: unknown, seen = new Set<object>()): void {
  if (typeof value === 'string' ? TOKEN.test(value) : typeof value === 'number' && isUnresolved(value)) {
    check.add('COMPOSE_TOKEN', option, {
      what: 'the value is a placeholder that only another tool can fill in',
      got: value,
      allowed: 'a value known at synthesis',
      remedy: 'Write the value itself, or read it from the environment of the synthesis.',
    });
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, child] of Object.entries(value)) refuseTokens(check, `${option}.${key}`, child, seen);
}
