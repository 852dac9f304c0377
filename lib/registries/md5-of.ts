import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** MD5 of a file, hexadecimal: what registries of that age announce. */
export async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
