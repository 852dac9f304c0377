import type { Problem } from '@inferstack/runtime/contract';
import { type CliIo, paint } from './cli-io';

/** Problems as a list to work through: place first, then what and how to fix it. */
export function problemText(io: CliIo, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [paint(io, 'red', count), ...problems.map((problem) => oneProblem(io, problem))].join('\n');
}

function oneProblem(io: CliIo, { code, at, what, got, allowed, remedy }: Problem): string {
  const details = [
    ...(got === undefined ? [] : [`    got: ${got}`]),
    ...(allowed === undefined ? [] : [`    allowed: ${allowed}`]),
  ];
  return [
    `  ${paint(io, 'bold', at)} ${paint(io, 'dim', code)}`,
    `    ${what}`,
    ...details,
    `    ${paint(io, 'cyan', remedy)}`,
  ].join('\n');
}
