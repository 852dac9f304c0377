import type { FieldType, ValueType } from '../contract';
import { closest } from '../model/closest';
import type { Operation } from './batch';
import type { ImagePlan } from './images/image-writer';

export type Path = readonly PropertyKey[];

export interface Fault {
  readonly what: string;
  readonly got?: unknown;
  readonly allowed?: string;
  readonly remedy: string;
}

/** Takes what is wrong with a declaration, by its path in the manifest. */
export type FaultSink = (path: Path, fault: Fault) => void;

/** What a name stands for: a field, or what steps made of it. */
export type Kind = FieldType | 'pixels';

/** A named column while the steps are gone through. */
export interface Value {
  readonly kind: Kind;
  /** Whether it can be missing. */
  readonly nullable: boolean;
  /** Among the numbers, or, of strings, among the texts. */
  readonly slot: number;
  /** The field it comes from, which callers know. */
  readonly field: string;
  /** Pixels: how they come about. */
  readonly image?: ImagePlan;
}

/** A number, a string, a boolean or a date. */
export type SingleValue = Value & { readonly kind: ValueType };

/** Gives every named value its place and its type, step by step, and reports what does not fit together. */
export class Planner {
  numbers = 0;
  texts = 0;
  images = 0;
  readonly operations: Operation[] = [];
  /** Undefined stands for what was declared wrongly and reported: whoever uses it is not to blame. */
  private readonly values = new Map<string, Value | undefined>();
  /** Names nobody has used yet, by where they were made; a step is of use when one of its results is. */
  private readonly idle = new Map<string, Path>();

  constructor(readonly fault: FaultSink) {}

  /** Places for so many columns of a kind, one after the other. */
  allocate(kind: FieldType, count = 1): number {
    const store = kind === 'string' ? 'texts' : kind === 'image' ? 'images' : 'numbers';
    const first = this[store];
    this[store] += count;
    return first;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Makes a value known; a name that is taken is reported. */
  declare(path: Path, name: string, value: Value | undefined): void {
    if (this.values.has(name)) {
      this.fault(path, {
        what: 'the name is taken by another field or step',
        got: name,
        remedy: 'Give the result another name.',
      });
      return;
    }
    this.replace(path, name, value);
  }

  replace(path: Path, name: string, value: Value | undefined): void {
    this.values.set(name, value);
    this.idle.set(name, path);
  }

  /** Looks a value up and marks it as used; undefined after reporting why it cannot be used. */
  use<K extends Kind>(
    path: Path,
    name: string,
    kinds: readonly K[],
  ): (Value & { readonly kind: K }) | undefined {
    const value = this.values.get(name);
    this.markUsed(name);
    if (!this.values.has(name)) {
      const known = [...this.values.keys()];
      this.fault(path, {
        what: 'there is no field of this name, nor a result of an earlier step',
        got: name,
        allowed: known.join(' | '),
        remedy: closest(name, known),
      });
    } else if (value !== undefined && !isOneOf(value, kinds)) {
      this.fault(path, {
        what: 'the step does not work on values of this type',
        got: `${name}: ${value.kind}`,
        allowed: kinds.join(' | '),
        remedy: 'Correct the type of the field, or use another step.',
      });
      return undefined;
    }
    return value as (Value & { readonly kind: K }) | undefined;
  }

  /** The value of a name, as a column of the signature wants it. */
  column(name: string): Value | undefined {
    this.markUsed(name);
    return this.values.get(name);
  }

  /** How the pixels of a name come about, for the input that takes them; undefined when it stands for something else. */
  image(name: string): ImagePlan | undefined {
    const image = this.values.get(name)?.image;
    if (image !== undefined) this.markUsed(name);
    return image;
  }

  /** Where the result of a step over one column goes: into its place, or, under another name, into its own. */
  result(
    step: ResultStep,
    path: Path,
    source: Value | undefined,
    kind: ValueType,
    nullable: boolean,
  ): number {
    const name = step.as ?? step.field;
    const replaces = name === step.field;
    const same = source !== undefined && (source.kind === 'string') === (kind === 'string');
    const slot = replaces && same ? source.slot : this.allocate(kind);
    const value = source && { kind, nullable, slot, field: source.field };
    if (replaces) this.replace(path, name, value);
    else this.declare([...path, 'as'], name, value);
    return slot;
  }

  reportIdle(): void {
    const reported = new Set<Path>();
    for (const [name, path] of this.idle) {
      if (this.values.get(name) === undefined || reported.has(path)) continue;
      reported.add(path);
      this.fault(path, {
        what: 'nothing uses the value: no step, and no column of the signature has its name',
        got: name,
        remedy: 'Remove it, or correct the name.',
      });
    }
  }

  private markUsed(name: string): void {
    const path = this.idle.get(name);
    if (path === undefined) return;
    for (const [other, made] of this.idle) if (made === path) this.idle.delete(other);
  }
}

function isOneOf(value: Value, kinds: readonly Kind[]): boolean {
  return kinds.includes(value.kind);
}

interface ResultStep {
  readonly field: string;
  readonly as?: string | undefined;
}
