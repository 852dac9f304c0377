import { describe } from '../../inference';
import { FormProblems } from '../../inference/form-problems';

export type Fields = Readonly<Record<string, unknown>>;

/** Reads parsed JSON by its form; every getter returns something harmless to go on with. */
export class JsonForm extends FormProblems {
  object(value: unknown, at: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    this.add(at, describe(value), 'an object');
    return {};
  }

  array(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(at, describe(value), 'an array');
    return [];
  }

  string(value: unknown, at: string): string {
    if (typeof value === 'string') return value;
    this.add(at, describe(value), 'a string');
    return '';
  }

  /** Undefined when there is none. */
  optionalBoolean(value: unknown, at: string): boolean | undefined {
    if (value === undefined || typeof value === 'boolean') return value;
    this.add(at, describe(value), 'true or false');
    return undefined;
  }
}
