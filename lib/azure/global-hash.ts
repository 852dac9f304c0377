import { Fn, literal } from '../terraform';
import type { AnyContext } from './context';

/** Part of names that are unique in all of Azure or in the directory: the group's id holds the subscription. */
export function globalHash({ plan, group }: AnyContext): string {
  return Fn.substr(Fn.sha256(Fn.join('/', [group.id, literal(plan.path)])), 0, 22);
}
