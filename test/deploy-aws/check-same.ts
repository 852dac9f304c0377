import { type Inventory, KINDS, type Kind } from './account';
import type { Checklist } from './checklist';

/** That two inventories are the same, byte for byte, kind by kind. */
export function checkSame(list: Checklist, what: string, before: Inventory, after: Inventory): void {
  for (const kind of KINDS) {
    const [was, is] = [before, after].map((inventory) => text(inventory, kind));
    list.holds(`${what}: ${kind} (${before[kind].length})`, was === is, `was ${was}\nis  ${is}`);
  }
}

/** A stack that was rolled back says so, and is the same in all other respects. */
function text(inventory: Inventory, kind: Kind): string {
  const items = inventory[kind];
  return JSON.stringify(kind === 'stacks' ? items.map(({ status, ...stack }) => stack) : items);
}
