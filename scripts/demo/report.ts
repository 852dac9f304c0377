import { styleText } from 'node:util';

const colours = process.stdout.isTTY === true && !process.env['NO_COLOR'];

type Style = Parameters<typeof styleText>[0];
const paint = (style: Style, text: string) => (colours ? styleText(style, text) : text);

export function heading(text: string): void {
  console.log(`\n${paint('bold', text)}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

/** Runs one step and says how long it took. */
export async function step<T>(title: string, work: () => Promise<T> | T): Promise<T> {
  if (colours) process.stdout.write(`  ${title} ...`);
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${colours ? '\r\u001b[K' : ''}  ${paint('green', 'ok')} ${title} ${paint('dim', `(${seconds} s)`)}\n`,
  );
  return result;
}

/** Prints rows in columns as wide as their widest cell. */
export function table(rows: readonly (readonly (string | number)[])[]): void {
  const text = rows.map((row) => row.map(String));
  const widths = text[0]!.map((_, column) => Math.max(...text.map((row) => row[column]!.length)));
  for (const [index, row] of text.entries()) {
    const joined = row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
    line(index === 0 ? paint('dim', joined) : joined);
  }
}
