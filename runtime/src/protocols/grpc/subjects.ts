import type { Metadata } from '@grpc/grpc-js';

/** Who makes a call, by what came with it: not in the metadata itself, which callers could fill in. */
const subjects = new WeakMap<Metadata, string>();

export function setSubject(metadata: Metadata, subject: string): void {
  subjects.set(metadata, subject);
}

/** undefined when nobody had to say. */
export function subjectOf(metadata: Metadata): string | undefined {
  return subjects.get(metadata);
}
