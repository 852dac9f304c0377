import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { Engine } from './engine';

/** The files of an image, as a container sees them. */
export class ImageFiles {
  static async open(engine: Engine, image: string): Promise<ImageFiles> {
    return new ImageFiles(await engine.podman('image', 'mount', image));
  }

  /** Paths without the leading slash, sorted; directories and links as well. */
  readonly names: readonly string[];

  private constructor(readonly root: string) {
    this.names = (readdirSync(root, { recursive: true }) as string[]).sort();
  }

  below(folder: string): string[] {
    return this.names.filter((name) => name.startsWith(`${folder}/`));
  }

  read(name: string): Buffer {
    return readFileSync(path.join(this.root, name));
  }

  /** Everything a layer holds of each file, to compare images. */
  fingerprints(folder: string): Map<string, string> {
    return new Map(this.below(folder).map((name) => [name, this.fingerprint(name)]));
  }

  stat(name: string): ReturnType<typeof lstatSync> & object {
    return lstatSync(path.join(this.root, name));
  }

  private fingerprint(name: string): string {
    const file = this.stat(name);
    const about = `${file.mode.toString(8)} ${file.uid}:${file.gid} ${file.mtime.toISOString()}`;
    if (file.isSymbolicLink()) return `${about} -> ${readlinkSync(path.join(this.root, name))}`;
    return file.isFile() ? `${about} ${createHash('sha256').update(this.read(name)).digest('hex')}` : about;
  }
}

/** Which of these texts stand anywhere in an image: in its configuration, its history or a file of any layer. */
export async function searchImage(
  engine: Engine,
  image: string,
  texts: readonly string[],
): Promise<string[]> {
  const wanted = new Set(texts);
  const found = new Set<string>();
  const longest = Math.max(...texts.map(({ length }) => length));
  // Layers are not compressed in this format.
  const args = engine.podmanArgs(['save', '--format', 'docker-archive', image]);
  const saved = spawn('podman', args, { env: engine.env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(saved, 'exit');
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of saved.stdout) {
    const bytes = Buffer.concat([end, chunk as Buffer]);
    for (const text of wanted) if (bytes.includes(text)) found.add(text);
    for (const text of found) wanted.delete(text);
    end = bytes.subarray(-longest);
  }
  const [code] = (await exit) as [number];
  if (code !== 0) throw new Error(`podman save ended with ${code}`);
  return [...found];
}
