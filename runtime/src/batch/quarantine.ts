import { appendFile, rm } from 'node:fs/promises';
import type { Problem } from '../contract';
import type { Block, LostLine } from './files/block';
import type { ModelField } from './model-fields';
import type { BadRow } from './score-block';
import { diskError } from './stores/local-store';

const FLUSH_CHARACTERS = 1 << 20;

/**
 * Writes rows that were not scored to a file of their own, a JSON object a line: where the row is, what is wrong with
 * it, and its values, but for those the manifest calls confidential or restricted, also where their columns are passed
 * through.
 */
export class QuarantineWriter {
  private text = '';
  private written = false;
  private readonly hidden: ReadonlySet<string>;
  private readonly hiddenColumns: ReadonlySet<string>;

  constructor(
    private readonly file: string,
    private readonly source: string,
    private readonly fields: readonly ModelField[],
    private readonly passthrough: readonly string[],
  ) {
    const hidden = fields.filter(({ shown }) => !shown);
    this.hidden = new Set(hidden.map(({ name }) => name));
    this.hiddenColumns = new Set(hidden.map(({ column }) => column));
  }

  async add(block: Block, bad: readonly BadRow[]): Promise<void> {
    for (const { row, problems } of [...bad].sort((a, b) => a.row - b.row)) {
      this.line({
        source_file: this.source,
        source_row: block.firstRow + row,
        problems: problems.map((problem) => this.told(problem)),
        values: this.values(block, row),
      });
    }
    if (this.text.length > FLUSH_CHARACTERS) await this.flush();
  }

  async addLost(lines: readonly LostLine[]): Promise<void> {
    for (const { line, problem } of lines) {
      const problems = [this.told({ ...problem, at: '' })];
      this.line({ source_file: this.source, source_line: line, problems });
    }
    await this.flush();
  }

  /** @returns the path of the file; undefined when nothing was put aside. */
  async close(): Promise<string | undefined> {
    await this.flush();
    return this.written ? this.file : undefined;
  }

  private told({ code, at, what, got, allowed }: Problem): Record<string, unknown> {
    const secret = this.hidden.has(at.replace(/\[.*$/s, ''));
    return {
      code,
      ...(at !== '' && at !== 'line' && { field: at }),
      what,
      ...(got !== undefined && !secret && { got }),
      ...(allowed !== undefined && { allowed }),
    };
  }

  private values(block: Block, row: number): Record<string, unknown> {
    const copied = block.passthrough();
    const passed = this.passthrough
      .map((name, i) => [name, copied[i]![row]] as const)
      .filter(([name]) => !this.hiddenColumns.has(name));
    const fields = this.fields
      .filter(({ shown, name }) => shown && block.columns.has(name))
      .map(({ name }) => [name, block.columns.get(name)![row]]);
    return Object.fromEntries([...passed, ...fields]) as Record<string, unknown>;
  }

  private line(record: Record<string, unknown>): void {
    // What JSON has no word for: whole numbers of 64 bits, and values of types of the engine such as dates.
    this.text += `${JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;
  }

  private async flush(): Promise<void> {
    if (this.text === '') return;
    try {
      if (!this.written) await rm(this.file, { force: true });
      await appendFile(this.file, this.text);
    } catch (error) {
      throw diskError(error, this.file);
    }
    this.written = true;
    this.text = '';
  }
}
