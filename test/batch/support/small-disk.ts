import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A disk of its own, in memory, that can be filled: its errors are those of the kernel. */
export class SmallDisk {
  /** Whether this user may mount one: root with CAP_SYS_ADMIN, which containers often lack. */
  static canMount(): boolean {
    try {
      new SmallDisk(1).unmount();
      return true;
    } catch {
      return false;
    }
  }

  readonly folder = mkdtempSync(path.join(tmpdir(), 'inferstack-disk-'));
  private readonly filler = path.join(this.folder, 'filler');

  /** @param files most files and folders; 0: as many as fit */
  constructor(mebibytes: number, files = 0) {
    try {
      execFileSync(
        'mount',
        ['-t', 'tmpfs', '-o', `size=${mebibytes}m,nr_inodes=${files}`, 'tmpfs', this.folder],
        {
          stdio: 'pipe',
        },
      );
    } catch (error) {
      rmdirSync(this.folder);
      throw error;
    }
  }

  /** Leaves so many bytes free, in whole pages. */
  fillTo(bytesLeft: number): void {
    this.free();
    const { bavail, bsize } = statfsSync(this.folder);
    writeFileSync(this.filler, Buffer.alloc(Math.max(0, bavail * bsize - bytesLeft)));
  }

  /** Gives everything free but what others wrote. */
  free(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.folder], { stdio: 'pipe' });
    rmdirSync(this.folder);
  }
}
