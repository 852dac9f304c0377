import { type FieldValue, type StepSpec, VALUE_TYPES, type ValueType } from '../../contract';
import { parseIsoDate } from '../iso-date';
import type { Path, Planner } from '../planner';

export function planImpute(planner: Planner, step: Extract<StepSpec, { step: 'impute' }>, path: Path): void {
  const source = planner.use([...path, 'field'], step.field, VALUE_TYPES);
  const kind = source?.kind ?? 'number';
  const stored = source && planValue(planner, [...path, 'value'], step.value, kind);
  const target = planner.result(step, path, source, kind, false);
  if (source === undefined || stored === undefined) return;
  const from = source.slot;
  planner.operations.push(
    typeof stored === 'string'
      ? ({ rows, texts }) => {
          for (let row = 0; row < rows; row++)
            texts[target * rows + row] = texts[from * rows + row] ?? stored;
        }
      : ({ rows, numbers }) => {
          for (let row = 0; row < rows; row++) {
            const value = numbers[from * rows + row]!;
            numbers[target * rows + row] = Number.isNaN(value) ? stored : value;
          }
        },
  );
}

/** A constant as a column of a kind stores it; undefined after reporting that it is of another type. */
export function planValue(
  planner: Planner,
  path: Path,
  value: FieldValue,
  kind: ValueType,
): number | string | undefined {
  const stored = toStored(value, kind);
  if (stored === undefined) {
    planner.fault(path, {
      what: `the value is no ${kind}`,
      got: value,
      allowed: kind === 'date' ? 'an ISO 8601 date, in quotes' : `a ${kind}`,
      remedy: kind === 'string' ? 'Put it in quotes.' : 'Correct the value, or the type of the field.',
    });
  }
  return stored;
}

function toStored(value: FieldValue, kind: ValueType): number | string | undefined {
  if (kind === 'string') return typeof value === 'string' ? value : undefined;
  if (kind === 'date') return typeof value === 'string' ? parseIsoDate(value) : undefined;
  return typeof value === kind ? Number(value) : undefined;
}
