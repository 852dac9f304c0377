import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Fixture {
  readonly descriptors: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, { readonly type: string; readonly hex: string }>>;
}

/** What the reference implementation of protobuf makes; see ../fixtures/generate.py. */
export const fixture = JSON.parse(
  readFileSync(path.join(__dirname, '../fixtures/messages.json'), 'utf8'),
) as Fixture;

export function fixtureBytes(name: string): Buffer {
  return Buffer.from(fixture.messages[name]!.hex, 'hex');
}
