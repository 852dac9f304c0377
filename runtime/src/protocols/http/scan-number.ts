const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

/** Powers of ten as near as doubles come to them: exactly up to 10^22. */
const POWERS = Float64Array.from({ length: 64 }, (_, exponent) => Number(`1e${exponent}`));
const EXACT_POWER = 22;
/** So many digits make a whole number every double holds exactly. */
const EXACT_DIGITS = 15;
/** Each digit beyond them, and the power, add a rounding; with 25 digits the sum of all stays below `NEARLY`. */
const CLOSE_DIGITS = 25;
const NEARLY = 2 ** -48;

/** Reads numbers from the bytes of a JSON text, faster than JSON.parse makes them. */
export class NumberReader {
  /** @param single whether numbers are wanted as FP32 stores them. */
  constructor(
    private readonly text: Buffer,
    /** Where to go on reading. */
    public at: number,
    private readonly single: boolean,
  ) {}

  /** The next character that is no white space; NaN at the end. */
  token(): number {
    const { text } = this;
    let c = text[this.at++]!;
    while (isSpace(c)) c = text[this.at++]!;
    return c;
  }

  /**
   * The next number: what JSON.parse makes of it, rounded to FP32 for single precision. NaN when there is none.
   *
   * Few digits and a small power of ten need one rounding only (W. D. Clinger, How to read floating point numbers
   * accurately, 1990). FP32 has room for more: a double that is off in its last bits rounds to the same FP32 unless it
   * lies next to the border of two of them. The rest, one in millions, is left to the engine.
   */
  read(): number {
    const { text } = this;
    let i = this.at;
    let c = text[i]!;
    while (isSpace(c)) c = text[++i]!;
    const start = i;
    if (c === MINUS) c = text[++i]!;
    const whole = i;
    let mantissa = 0;
    // A zero in front stands alone.
    if (c === ZERO) c = text[++i]!;
    else for (; c >= ZERO && c <= NINE; c = text[++i]!) mantissa = mantissa * 10 + (c - ZERO);
    let digits = i - whole;
    let power = 0;
    if (digits === 0) return Number.NaN;
    if (c === DOT) {
      const first = ++i;
      for (c = text[i]!; c >= ZERO && c <= NINE; c = text[++i]!) mantissa = mantissa * 10 + (c - ZERO);
      power = first - i;
      if (power === 0) return Number.NaN;
      digits -= power;
    }
    this.at = i;
    if (c === LOWER_E || c === UPPER_E) power += this.exponent();
    return this.value(mantissa, power, digits, start);
  }

  /** Reads `e-7`; NaN when it is none. */
  private exponent(): number {
    const { text } = this;
    let c = text[++this.at]!;
    const sign = c;
    if (c === MINUS || c === PLUS) c = text[++this.at]!;
    const first = this.at;
    let exponent = 0;
    for (; c >= ZERO && c <= NINE; c = text[++this.at]!) exponent = exponent * 10 + (c - ZERO);
    if (this.at === first) return Number.NaN;
    return sign === MINUS ? -exponent : exponent;
  }

  private value(mantissa: number, power: number, digits: number, start: number): number {
    if (Number.isNaN(power)) return Number.NaN;
    const size = Math.abs(power);
    if (size < POWERS.length && digits <= CLOSE_DIGITS) {
      const scaled = power < 0 ? mantissa / POWERS[size]! : mantissa * POWERS[size]!;
      const value = this.text[start] === MINUS ? -scaled : scaled;
      if (digits <= EXACT_DIGITS && size <= EXACT_POWER) return value;
      if (this.single && surelyRounds(value)) return value;
    }
    return Number(this.text.toString('latin1', start, this.at));
  }
}

/** Whether all numbers that may have been meant are the same in FP32. */
function surelyRounds(value: number): boolean {
  return Math.fround(value * (1 - NEARLY)) === Math.fround(value * (1 + NEARLY));
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}
