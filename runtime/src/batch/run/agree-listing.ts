import type { InputFile } from '../files/list-inputs';
import type { BatchStore } from '../stores/store';
import { LAYOUT } from './layout';

/** The files of a run, and the name that is made of them. */
export interface Listing {
  readonly runId: string;
  readonly files: readonly InputFile[];
}

/**
 * What the first worker of an execution found is what all of them score: a file that comes while they start would else
 * give each its own run, and none of these would be complete.
 *
 * @param store the folder of all runs
 */
export async function agreeListing(
  store: BatchStore,
  execution: string,
  list: () => Promise<Listing>,
): Promise<Listing> {
  const key = LAYOUT.execution(execution);
  const before = await store.read(key);
  if (before !== undefined) return JSON.parse(before) as Listing;
  const own = await list();
  if (await store.create(key, `${JSON.stringify(own)}\n`)) return own;
  return JSON.parse((await store.read(key))!) as Listing;
}
