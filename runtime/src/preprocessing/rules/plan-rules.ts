import { type RowRuleSpec, VALUE_TYPES } from '../../contract';
import { FIELD_RULES } from '../batch';
import type { FieldReader } from '../field-reader';
import type { Path, Planner } from '../planner';
import { planAge } from './age';
import { planArithmetic, planCompare } from './compare';
import { planConditions } from './conditions';
import { planPresence } from './presence';
import { type PlannedCheck, RowRule } from './row-rule';

/** Compiles the rules between fields; those with faults are left out. */
export function planRules(
  planner: Planner,
  rules: readonly RowRuleSpec[],
  readers: readonly FieldReader[],
): RowRule[] {
  checkNames(planner, rules);
  return rules.flatMap((spec, i) => {
    const path = ['preprocessing', 'rules', i];
    const binds = planConditions(planner, spec.when ?? [], [...path, 'when']);
    const check = planCheck(planner, spec, path);
    const imputed = planImputed(planner, spec, path, readers);
    return check && binds ? [new RowRule(spec, check.text, binds, check.holds, imputed)] : [];
  });
}

function planCheck(planner: Planner, spec: RowRuleSpec, path: Path): PlannedCheck {
  switch (spec.check) {
    case 'compare':
      return planCompare(planner, spec, path);
    case 'sum':
    case 'difference':
      return planArithmetic(planner, spec, path);
    case 'required':
    case 'one-of':
    case 'exclusive':
      return planPresence(planner, spec, path);
    case 'age':
      return planAge(planner, spec, path);
  }
}

function checkNames(planner: Planner, rules: readonly RowRuleSpec[]): void {
  const taken = new Set<string>(FIELD_RULES);
  for (const [i, { name }] of rules.entries()) {
    if (taken.has(name)) {
      planner.fault(['preprocessing', 'rules', i, 'name'], {
        what: 'the name is taken by another rule, or by a rule that fields have',
        got: name,
        remedy: 'Give the rule another name: flags and metrics tell rules by it.',
      });
    }
    taken.add(name);
  }
}

function planImputed(
  planner: Planner,
  { onViolation, impute }: RowRuleSpec,
  path: Path,
  readers: readonly FieldReader[],
): FieldReader | undefined {
  if ((onViolation === 'impute') !== (impute !== undefined)) {
    planner.fault([...path, 'impute'], {
      what: '`onViolation: impute` and the field to `impute` belong together',
      got: impute,
      remedy: 'Name the field that counts as missing, or choose reject or flag.',
    });
    return undefined;
  }
  if (impute === undefined) return undefined;
  planner.use([...path, 'impute'], impute, VALUE_TYPES);
  return readers.find(({ name }) => name === impute);
}
