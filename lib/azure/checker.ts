import { isIP } from 'node:net';
import { isUnresolved, ProblemCollector } from '../core';
import type { AzureProblemCode } from './problems';

/** Bounds of a number, both included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Collects what is wrong with an endpoint on Azure. */
export class Checker extends ProblemCollector<AzureProblemCode> {
  /** Placeholders are skipped: Azure itself judges them at deployment. */
  within(code: AzureProblemCode, option: string, got: number, { min, max, whole = false }: Bounds): void {
    if (isUnresolved(got)) return;
    if (got >= min && got <= max && (!whole || Number.isInteger(got))) return;
    const allowed = `${whole ? 'a whole number, ' : ''}${min} to ${max}`;
    this.add(code, option, {
      what: 'the value is out of bounds',
      got,
      allowed,
      remedy: 'Correct the value.',
    });
  }

  /** Ranges of which there must be one: Azure takes an empty list for no restriction. */
  someRanges(option: string, ranges: readonly string[] | undefined): void {
    this.addressRanges(option, ranges);
    if (ranges?.length !== 0) return;
    this.add('AZURE_ADDRESS_RANGE', option, {
      what: 'an empty list would let everyone connect, not nobody',
      got: '[]',
      allowed: 'one range or more, or no list',
      remedy: 'Leave it out, or name who may connect.',
    });
  }

  /** Public or private IPv4 addresses and ranges. */
  addressRanges(option: string, ranges: readonly string[] = []): void {
    ranges.forEach((range, i) => {
      if (isUnresolved(range) || isRange(range)) return;
      this.add('AZURE_ADDRESS_RANGE', `${option}[${i}]`, {
        what: 'not an IPv4 address or range',
        got: range,
        allowed: 'an address, or one with the length of its prefix: 203.0.113.0/24',
        remedy: 'Correct the range.',
      });
    });
  }
}

function isRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const length = Number(prefix ?? 32);
  return isIP(address) === 4 && rest.length === 0 && /^\d{1,2}$/.test(prefix ?? '32') && length <= 32;
}
