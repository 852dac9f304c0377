import fc from 'fast-check';
import { readColumn, writeColumn, writeRecord } from '../../runtime/src/adapters/fixed-width/fixed-record';
import { type NumberColumn, numberColumn, textColumn } from './support/adapters';

const write = (value: unknown, change: Partial<NumberColumn>) => writeColumn(value, numberColumn(change));
const read = (text: string, change: Partial<NumberColumn>) =>
  readColumn(text, numberColumn({ length: text.length, ...change }));

/**
 * Pictures and what they hold, from the chapters on the PICTURE and SIGN clauses of the Enterprise COBOL for z/OS
 * Language Reference; the characters of zoned numbers are those of EBCDIC read as text: {, A to I; }, J to R.
 */
describe('golden columns', () => {
  test.each<[string, number, string, Partial<NumberColumn>]>([
    ['9(5)', 123, '00123', { length: 5, decimals: 0 }],
    ['9(3)V99', 17.99, '01799', { length: 5, decimals: 2 }],
    ['9(3)V99', 0.05, '00005', { length: 5, decimals: 2 }],
    ['V9(4)', 0.9712, '9712', { length: 4, decimals: 4 }],
    ['S9(3)V99 SIGN TRAILING SEPARATE', -17.99, '01799-', { length: 6, sign: 'trailing', plus: '+' }],
    ['S9(3)V99 SIGN TRAILING SEPARATE', 17.99, '01799+', { length: 6, sign: 'trailing', plus: '+' }],
    ['S9(3)V99 SIGN LEADING SEPARATE', -17.99, '-01799', { length: 6, sign: 'leading' }],
    ['S9(3) DISPLAY', 123, '12C', { length: 3, decimals: 0, sign: 'overpunch' }],
    ['S9(3) DISPLAY', -123, '12L', { length: 3, decimals: 0, sign: 'overpunch' }],
    ['S9(3) DISPLAY', 120, '12{', { length: 3, decimals: 0, sign: 'overpunch' }],
    ['S9(3) DISPLAY', -120, '12}', { length: 3, decimals: 0, sign: 'overpunch' }],
    ['---9.99', -7.5, '  -7.50', { length: 7, point: '.', sign: 'leading', plus: ' ', pad: ' ' }],
    ['ZZ9.99', 7.5, '  7.50', { length: 6, point: '.', pad: ' ' }],
    ['ZZ9,99 DECIMAL-POINT IS COMMA', 7.5, '  7,50', { length: 6, point: ',', pad: ' ' }],
    ['ZZ9.99-', -7.5, '  7.50-', { length: 7, point: '.', sign: 'trailing', plus: ' ', pad: ' ' }],
    ['ZZ9.99-', 7.5, '  7.50 ', { length: 7, point: '.', sign: 'trailing', plus: ' ', pad: ' ' }],
  ])('%s of %d is %j', (_, value, text, change) => {
    expect(write(value, change)).toEqual({ text });
    expect(read(text, change)).toEqual({ value });
  });

  test('blank is missing', () => {
    for (const sign of ['none', 'leading', 'trailing', 'overpunch'] as const) {
      expect(read('    ', { sign })).toEqual({ value: null });
    }
    expect(write(null, { length: 3 })).toEqual({ text: '   ' });
    expect(writeColumn(undefined, textColumn({ length: 3, pad: '*' }))).toEqual({ text: '   ' });
  });
});

describe('refused', () => {
  test.each<[string, Partial<NumberColumn>]>([
    ['12.5', {}],
    ['1 23', {}],
    ['-123', {}],
    ['12-3', { sign: 'trailing' }],
    ['12Z', { sign: 'overpunch' }],
    ['A23', { sign: 'overpunch' }],
    ['1,50', { point: '.' }],
    ['1.5e3', { point: '.' }],
    ['+', { sign: 'leading' }],
    ['0x1F', {}],
  ])('%j is no number', (text, change) => {
    expect(read(text, change)).toEqual({ fault: expect.stringContaining(`no number`.slice(3)) });
  });

  test.each<[unknown, Partial<NumberColumn>]>([
    [1000, { length: 5 }],
    [999.999, { length: 5 }],
    [-1, { length: 5 }],
    [-100, { length: 5, sign: 'trailing' }],
    [1e21, { length: 40 }],
    [Number.NaN, {}],
    [Number.POSITIVE_INFINITY, {}],
    ['many', {}],
    ['', {}],
    [{}, {}],
    [true, {}],
  ])('%j has no room', (value, change) => {
    expect(write(value, change)).toEqual({ fault: expect.stringContaining('no room') });
  });

  test('a text that is too long, or would end the record', () => {
    for (const value of ['ninechars', 'a\nb', {}, []]) {
      expect(writeColumn(value, textColumn({ length: 8 }))).toEqual({ fault: expect.any(String) });
    }
    const columns = [numberColumn({ length: 3 }), textColumn({ start: 4, length: 2 })];
    expect(writeRecord({ value: 1e6, label: 'abc' }, { recordLength: 5, columns })).toEqual({
      faults: [expect.stringContaining('value has no room'), expect.stringContaining('label has no room')],
    });
  });
});

const layout = fc.record({
  decimals: fc.integer({ min: 0, max: 6 }),
  point: fc.constantFrom('implied' as const, '.' as const, ',' as const),
  sign: fc.constantFrom('none' as const, 'leading' as const, 'trailing' as const, 'overpunch' as const),
  plus: fc.constantFrom('+' as const, ' ' as const),
  pad: fc.constantFrom('0' as const, ' ' as const),
  start: fc.integer({ min: 1, max: 30 }),
  length: fc.integer({ min: 1, max: 20 }),
  units: fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
});

test('a number that is written is read again, whatever its column, or has no room', () => {
  let written = 0;
  fc.assert(
    fc.property(layout, ({ units, start, ...rest }) => {
      const column = numberColumn({ ...rest, start });
      const exact = Number(`${units}e-${column.decimals}`);
      const recordLength = start + column.length + 5;
      const record = writeRecord({ value: exact }, { recordLength, columns: [column] });
      if (typeof record !== 'string') return;
      written++;
      expect(record.length).toBe(recordLength);
      // There is no negative zero in a column.
      expect(readColumn(record, column)).toEqual({ value: exact === 0 ? expect.closeTo(0, 20) : exact });
    }),
    { numRuns: 3000 },
  );
  expect(written).toBeGreaterThan(300);
});

test('a text that is written is read again but for its filling', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 12 }).filter((value) => !/[\r\n]/.test(value));
  fc.assert(
    fc.property(text, fc.constantFrom('left' as const, 'right' as const), (value, align) => {
      const column = textColumn({ length: 12, align, pad: '*' });
      const record = writeRecord({ label: value }, { recordLength: 12, columns: [column] }) as string;
      const kept = align === 'left' ? value.replace(/\*+$/, '') : value.replace(/^\*+/, '');
      expect(readColumn(record, column)).toEqual({ value: kept });
    }),
    { numRuns: 1000 },
  );
});
