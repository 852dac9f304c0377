import { type WorkerEntry, workerEntry } from '../../model/worker-entry';

/** @param name of an entry in this folder, without extension */
export function processEntry(name: string): WorkerEntry {
  return workerEntry(__dirname, name);
}
