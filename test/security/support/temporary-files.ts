import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of this test, removed at its end. */
export class TemporaryFiles {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'inferstack-security-'));

  path(name: string): string {
    return path.join(this.directory, name);
  }

  /** Replaces a file in one step, as tools that renew certificates do. */
  write(name: string, content: string | Buffer): string {
    const file = this.path(name);
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
    return file;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
