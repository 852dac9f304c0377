import type { Part } from '../run/results';
import { number, table } from './format';
import { type Goal, goals, isMet } from './goals';

/** What was to be reached, computed from the figures above it. */
export function goalsSection(parts: readonly Part[]): string {
  const rows = goals(parts).map((goal) => [
    goal.what,
    goal.model,
    goal.compared,
    wanted(goal),
    figure(goal),
    verdict(goal),
  ]);
  return [
    '## Goals',
    'Requests: per second with 32 connections, one core, JSON unless another encoding is named; a ratio is the median of the rounds (lowest–highest).',
    table(['What', 'Model', 'Of', 'Goal', 'Measured', ''], rows),
  ].join('\n\n');
}

function wanted({ limit }: Goal): string {
  if (limit === undefined) return '–';
  return 'atLeast' in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`;
}

function figure({ figure: value, clientBound }: Goal): string {
  if (value === undefined) return '–';
  const range = value.low === value.high ? '' : ` (${number(value.low)}–${number(value.high)})`;
  return `**${number(value.median)}**${clientBound ? '†' : ''}${range}`;
}

function verdict(goal: Goal): string {
  if (goal.figure === undefined) return 'not measured, or too little to tell';
  const met = isMet(goal);
  if (met === undefined) return '';
  return met ? 'met' : '**missed**';
}
