import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isSuite, type Part } from '../run/results';
import { markdown } from './markdown';

const FOLDER = 'results';

/** Keeps a part in a file of its own; measured again, it is replaced. */
export function writePart(directory: string, part: Part): void {
  const folder = path.join(directory, FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, fileName(part)), `${JSON.stringify(part)}\n`);
}

/**
 * Writes RESULTS.md from all parts of the directory, whenever and wherever they were measured.
 *
 * @throws Error when there are none
 */
export function writeReport(directory: string): string {
  const folder = path.join(directory, FOLDER);
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  if (files.length === 0) throw new Error(`${folder} holds no results; measure some first`);
  const parts = files.sort().map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Part);
  const page = path.join(directory, 'RESULTS.md');
  writeFileSync(page, markdown(parts));
  return page;
}

function fileName(part: Part): string {
  const [group, model] = isSuite(part)
    ? [part.suite.layout, part.suite.model]
    : ['memory', part.memory.model];
  return `${group}.${model.replace('/', '-')}.json`;
}
