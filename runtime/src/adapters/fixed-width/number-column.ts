import type { FixedColumn } from '../../contract';

type NumberColumn = Extract<FixedColumn, { type: 'number' }>;

/**
 * Last digit and sign in one character, as zoned decimal numbers of COBOL look in text.
 *
 * Source: Enterprise COBOL for z/OS Language Reference, SIGN clause and zoned decimal items: the zone of the last digit is
 * X'C' or X'D', and X'C0' to X'C9' and X'D0' to X'D9' are the characters below.
 */
const POSITIVE = '{ABCDEFGHI';
const NEGATIVE = '}JKLMNOPQR';

/** What a number column holds: null when it is blank, undefined when it is no number. */
export function readNumber(text: string, column: NumberColumn): number | null | undefined {
  if (text.trim() === '') return null;
  const split = splitSign(text, column);
  if (split === undefined) return undefined;
  const digits = split.digits.trimStart();
  const { decimals, point } = column;
  const form = point === 'implied' ? /^\d+$/ : point === '.' ? /^(\d+\.?\d*|\.\d+)$/ : /^(\d+,?\d*|,\d+)$/;
  if (!form.test(digits)) return undefined;
  const value = Number(point === 'implied' ? withPoint(digits, decimals) : digits.replace(',', '.'));
  return split.negative ? -value : value;
}

/** The point goes into the text, so that the number is the one nearest to what is written. */
function withPoint(digits: string, decimals: number): string {
  const whole = digits.padStart(decimals + 1, '0');
  return decimals === 0 ? whole : `${whole.slice(0, -decimals)}.${whole.slice(-decimals)}`;
}

function splitSign(text: string, { sign }: NumberColumn): { negative: boolean; digits: string } | undefined {
  if (sign === 'none') return { negative: false, digits: text };
  if (sign === 'overpunch') return splitOverpunch(text);
  const trimmed = sign === 'leading' ? text.trimStart() : text;
  const at = sign === 'leading' ? 0 : trimmed.length - 1;
  const mark = trimmed[at]!;
  const isSign = mark === '-' || mark === '+' || mark === ' ';
  // A number that was not negative may have been written without a sign.
  if (!isSign) return { negative: false, digits: trimmed };
  const digits = sign === 'leading' ? trimmed.slice(1) : trimmed.slice(0, -1);
  return { negative: mark === '-', digits };
}

function splitOverpunch(text: string): { negative: boolean; digits: string } | undefined {
  const last = text.at(-1)!;
  if (/\d/.test(last)) return { negative: false, digits: text };
  const positive = POSITIVE.indexOf(last);
  const digit = positive >= 0 ? positive : NEGATIVE.indexOf(last);
  return digit < 0 ? undefined : { negative: positive < 0, digits: text.slice(0, -1) + String(digit) };
}

/** The number as its column has it; undefined when it has no room for it, or no sign. */
export function writeNumber(value: number, column: NumberColumn): string | undefined {
  const { length, decimals, point, pad } = column;
  const plain = Math.abs(value).toFixed(decimals);
  // Beyond 10^21 the text has an exponent.
  if (!/^[\d.]+$/.test(plain)) return undefined;
  const negative = value < 0 && /[1-9]/.test(plain);
  const digits = point === 'implied' ? plain.replace('.', '') : plain.replace('.', point);
  // An implied point needs no zero before it: 0.97 is 97 in two characters.
  const shortest = point === 'implied' && decimals > 0 ? digits.replace(/^0/, '') : digits;
  const signed = withSign(shortest, negative, column);
  return signed === undefined || signed.length > length ? undefined : signed.padStart(length, pad);
}

function withSign(digits: string, negative: boolean, column: NumberColumn): string | undefined {
  const { sign, plus, pad, length } = column;
  const mark = negative ? '-' : plus;
  switch (sign) {
    case 'none':
      return negative ? undefined : digits;
    case 'overpunch':
      return digits.slice(0, -1) + (negative ? NEGATIVE : POSITIVE)[Number(digits.at(-1))];
    case 'trailing':
      return digits + mark;
    case 'leading':
      // Zeros stand between the sign and the digits, spaces before both.
      return mark + (pad === '0' ? digits.padStart(length - 1, '0') : digits);
  }
}
