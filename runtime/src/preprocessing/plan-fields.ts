import type { FieldSpec, FieldValue } from '../contract';
import { type ColumnReader, FieldReader, type ValueField } from './field-reader';
import { fieldRules, wholePattern } from './field-rules';
import { ImageReader } from './images/image-reader';
import type { Path, Planner } from './planner';
import { planValue } from './steps/impute';

/**
 * Gives every field its column; the readers are those of the fields without faults.
 *
 * @param imputed fields that a rule between fields may take for missing.
 */
export function planFields(
  planner: Planner,
  fields: readonly FieldSpec[],
  imputed: ReadonlySet<string>,
): ColumnReader[] {
  return fields.map((spec, i) => {
    const path = ['preprocessing', 'fields', i];
    const sound = checkRules(planner, path, spec);
    if (!isValueField(spec)) return planImageField(planner, path, spec);
    const mayBeMissing = !spec.required || spec.onViolation === 'impute' || imputed.has(spec.name);
    checkMissing(planner, path, spec, mayBeMissing);
    const fallback =
      spec.default === undefined
        ? undefined
        : planValue(planner, [...path, 'default'], spec.default, spec.type);
    const slot = planner.allocate(spec.type);
    const nullable = mayBeMissing && fallback === undefined;
    planner.declare([...path, 'name'], spec.name, { kind: spec.type, nullable, slot, field: spec.name });
    return new FieldReader(spec, slot, fallback, sound ? fieldRules(spec) : []);
  });
}

function isValueField(spec: FieldSpec): spec is ValueField {
  return spec.type !== 'image';
}

/** An image is there or it is not: nothing stands for it. */
function planImageField(planner: Planner, path: Path, spec: FieldSpec): ImageReader {
  const slot = planner.allocate('image');
  if (!spec.required || spec.default !== undefined) {
    planner.fault([...path, spec.required ? 'default' : 'required'], {
      what: 'an image is always required: nothing could stand for it',
      remedy: 'Remove `required` and `default`.',
    });
  }
  planner.declare([...path, 'name'], spec.name, { kind: 'image', nullable: false, slot, field: spec.name });
  return new ImageReader(spec, slot);
}

function checkMissing(planner: Planner, path: Path, spec: FieldSpec, mayBeMissing: boolean): void {
  if (spec.default !== undefined && !mayBeMissing) {
    planner.fault([...path, 'default'], {
      what: 'a required field never takes its default',
      remedy: 'Add `required: false`, or remove the default.',
    });
  }
  if (spec.onMissing !== undefined && spec.required) {
    planner.fault([...path, 'onMissing'], {
      what: 'a required field that is missing is refused, not flagged',
      remedy: 'Add `required: false`, or remove `onMissing`.',
    });
  }
}

/** Which rules have a meaning for which type. */
const RULES = {
  range: ['number'],
  categories: ['number', 'string'],
  length: ['string'],
  pattern: ['string'],
  formats: ['image'],
  maxBytes: ['image'],
  maxPixels: ['image'],
};

/** Rules that a value can break and be kept. */
const POLICY_RULES: ReadonlySet<string> = new Set(['range', 'categories', 'length', 'pattern']);

function checkRules(planner: Planner, path: Path, spec: FieldSpec): boolean {
  let sound = true;
  const fault: Planner['fault'] = (at, found) => {
    sound = false;
    planner.fault(at, found);
  };
  const present = (Object.keys(RULES) as (keyof typeof RULES)[]).filter((rule) => spec[rule] !== undefined);
  for (const rule of present) {
    if (RULES[rule].includes(spec.type)) continue;
    fault([...path, rule], {
      what: `${rule} has no meaning for a ${spec.type}`,
      allowed: RULES[rule].join(' | '),
      remedy: 'Remove it, or correct the type.',
    });
  }
  if (!present.some((rule) => POLICY_RULES.has(rule)) && spec.onViolation !== 'reject') {
    fault([...path, 'onViolation'], {
      what: 'the field has no rule that could be violated',
      remedy: 'Add range, categories, length or pattern, or remove `onViolation`.',
    });
  }
  for (const rule of ['range', 'length'] as const) {
    const [low, high] = spec[rule] ?? [null, null];
    if (low === null || high === null || low <= high) continue;
    fault([...path, rule], {
      what: 'the lower end is above the upper end',
      got: spec[rule],
      remedy: 'Swap them.',
    });
  }
  for (const [i, category] of (spec.categories ?? []).entries())
    checkCategory(fault, [...path, 'categories', i], category, spec);
  if (spec.pattern !== undefined && !isPattern(spec.pattern)) {
    fault([...path, 'pattern'], {
      what: 'no regular expression',
      got: spec.pattern,
      allowed: 'the syntax of ECMAScript with the u flag',
      remedy: 'Correct it.',
    });
  }
  return sound;
}

function checkCategory(fault: Planner['fault'], path: Path, category: FieldValue, { type }: FieldSpec): void {
  if (typeof category === type || !RULES.categories.includes(type)) return;
  fault(path, {
    what: `the category is no ${type}`,
    got: category,
    remedy: 'Correct it, or the type of the field.',
  });
}

function isPattern(pattern: string): boolean {
  try {
    wholePattern(pattern);
    return true;
  } catch {
    return false;
  }
}
