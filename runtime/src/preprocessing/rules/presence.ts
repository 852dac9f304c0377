import { type RowRuleSpec, VALUE_TYPES } from '../../contract';
import type { Path, Planner, Value } from '../planner';
import { isMissing, type PlannedCheck } from './row-rule';

type PresenceSpec = Extract<RowRuleSpec, { check: 'required' | 'one-of' | 'exclusive' }>;

interface Presence {
  /** Of so many fields so many are there. */
  holds(present: number, fields: number): boolean;
  readonly text: string;
}

const PRESENCE: Readonly<Record<PresenceSpec['check'], Presence>> = {
  required: { holds: (present, fields) => present === fields, text: 'a value for' },
  'one-of': { holds: (present) => present === 1, text: 'a value for exactly one of' },
  exclusive: { holds: (present) => present <= 1, text: 'a value for at most one of' },
};

/** Which of several optional fields are there. */
export function planPresence(planner: Planner, spec: PresenceSpec, path: Path): PlannedCheck {
  const values = spec.fields.map((name, i) => planField(planner, name, [...path, 'fields', i]));
  if (!values.every((value) => value !== undefined)) return undefined;
  const { holds, text } = PRESENCE[spec.check];
  return {
    text: { fields: values, allowed: `${text} ${spec.fields.join(', ')}` },
    holds: (batch, row) => {
      let present = 0;
      for (const value of values) if (!isMissing(value, batch, row)) present++;
      return holds(present, values.length);
    },
  };
}

/** A field that is never missing would make the rule one that always or never holds. */
function planField(planner: Planner, name: string, path: Path): Value | undefined {
  const value = planner.use(path, name, VALUE_TYPES);
  if (value === undefined || value.nullable) return value;
  planner.fault(path, {
    what: 'the field is never missing: it is required, or has a default',
    got: name,
    remedy: 'Make it `required: false` without a default, or take it out of the rule.',
  });
  return undefined;
}
