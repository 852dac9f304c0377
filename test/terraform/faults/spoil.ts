import type { Fault } from '../judge/rules/rule';

/** A configuration by type of resource. */
export type Sound = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Container = Record<string, unknown> | unknown[];

/** A copy of a configuration with the values of a fault in place, or taken away where the fault has none. */
export function spoil(
  sound: Readonly<Record<string, unknown>>,
  fault: Fault,
): Readonly<Record<string, unknown>> {
  // By way of JSON: parts that the configuration shares must not share the fault.
  const copy = JSON.parse(JSON.stringify(sound)) as Record<string, unknown>;
  for (const [place, value] of Object.entries(fault)) {
    const steps = place.split('.');
    const last = steps.pop()!;
    const at = steps.reduce<Container>((container, step) => descend(container, step, place), copy);
    if (value === undefined) Reflect.deleteProperty(at, last);
    else Reflect.set(at, last, value);
  }
  return copy;
}

function descend(container: Container, step: string, place: string): Container {
  const next: unknown = Reflect.get(container, step);
  if (typeof next !== 'object' || next === null)
    throw new Error(`the sound configuration has no ${place}: a fault there would prove nothing`);
  return next as Container;
}
