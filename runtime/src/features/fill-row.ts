import type { FeatureLookup } from '../contract';
import type { RowValueKind } from '../model';
import type { FeatureFinding, FeatureRule } from './feature-finding';
import type { RowOutcome } from './feature-metrics';
import type { Knowledge } from './feature-store';
import { StoreError } from './store-error';

/** A field without its value, and what the lookup does about it. */
export interface Lack {
  readonly row: number;
  readonly field: string;
  readonly rule: FeatureRule;
  readonly failure?: StoreError;
}

export interface FilledRow {
  /** Position of the row in its request. */
  readonly row: number;
  /** Values to add to the row. */
  readonly values: Record<string, unknown>;
  readonly findings: readonly FeatureFinding[];
  /** What the lookup refuses. */
  readonly refused: readonly Lack[];
  readonly outcome: RowOutcome;
}

export interface FillRules {
  readonly lookup: FeatureLookup;
  readonly kinds: ReadonlyMap<string, RowValueKind>;
  readonly isStale: (time: number) => boolean;
}

/** What the store's answer makes of one row. @param open positions of the features the row does not bring itself */
export function fillRow(
  row: number,
  open: readonly number[],
  knowledge: Knowledge,
  { lookup, kinds, isStale }: FillRules,
): FilledRow {
  const values: Record<string, unknown> = {};
  const findings: FeatureFinding[] = [];
  const refused: Lack[] = [];
  const rules = new Set<FeatureRule>();
  for (const position of open) {
    const { field, default: fallback } = lookup.features[position]!;
    const value = valueAt(knowledge, position, kinds.get(field));
    const rule = ruleOf(knowledge, position, value, isStale);
    if (rule === undefined) {
      values[field] = value;
      continue;
    }
    rules.add(rule);
    const policy = policyOf(rule, lookup);
    if (policy === 'reject') {
      const failure = knowledge instanceof StoreError ? { failure: knowledge } : {};
      refused.push({ row, field, rule, ...failure });
      continue;
    }
    values[field] = policy === 'keep' ? value : policy === 'default' ? fallback : null;
    findings.push({ row, field, rule, policy });
  }
  return { row, values, findings, refused, outcome: outcomeOf(knowledge, rules) };
}

function valueAt(knowledge: Knowledge, position: number, kind: RowValueKind | undefined): unknown {
  if (knowledge instanceof StoreError) return null;
  const value = knowledge.found.values[position];
  return kind === 'number' && typeof value === 'string' ? numberOf(value) : (value ?? null);
}

/** JSON of protocol buffers has 64-bit integers, NaN and infinities as text. Other text is no number and stays. */
function numberOf(text: string): unknown {
  if (/^-?\d{1,19}$/.test(text)) return Number(text);
  return text === 'NaN' ? null : text;
}

function ruleOf(
  knowledge: Knowledge,
  position: number,
  value: unknown,
  isStale: FillRules['isStale'],
): FeatureRule | undefined {
  if (knowledge instanceof StoreError) return 'feature-unavailable';
  if (value === null) return 'feature-missing';
  return isStale(knowledge.found.times[position]!) ? 'feature-stale' : undefined;
}

function policyOf(rule: FeatureRule, { onMissing, onStale, onError }: FeatureLookup) {
  if (rule === 'feature-missing') return onMissing;
  return rule === 'feature-stale' ? onStale : onError;
}

function outcomeOf(knowledge: Knowledge, rules: ReadonlySet<FeatureRule>): RowOutcome {
  if (knowledge instanceof StoreError) return knowledge.failure;
  if (rules.has('feature-missing')) return 'missing';
  if (rules.has('feature-stale')) return 'stale';
  return knowledge.cached ? 'hit' : 'miss';
}
