import type { Machine } from '../harness/machine';
import { isSuite, type Part } from '../run/results';
import { foreignCores } from './figures';
import { number, table } from './format';
import { median } from './statistics';

/** Where and when every part was measured. */
export function provenance(parts: readonly Part[]): string {
  const machines = [...new Map(parts.map(({ machine }) => [key(machine), machine])).values()];
  const index = ({ machine }: Part) => machines.findIndex((other) => key(other) === key(machine)) + 1;
  const several = machines.length > 1;
  const heading = several ? ['Machine', ...machines.map((_, i) => String(i + 1))] : ['Machine', ''];
  const rows = parts.map((part) => [
    partName(part),
    part.startedAt,
    `${part.machine.commit}, ${part.machine.commitDate}`,
    number(isSuite(part) ? median(foreignCores(part.suite)) : Number.NaN),
    `${part.durations.rounds} rounds, ${number(part.minutes)} minutes${part.mode === 'quick' ? ', **quick: too short to quote**' : ''}`,
    ...(several ? [String(index(part))] : []),
  ]);
  return [
    table(heading, machineRows(machines)),
    table(['Part', 'measured', 'commit', 'cores used by others', '', ...(several ? ['machine'] : [])], rows),
  ].join('\n\n');
}

export function partName(part: Part): string {
  return isSuite(part) ? `${part.suite.model}, ${part.suite.layout}` : `memory of ${part.memory.model}`;
}

const FACTS: readonly (readonly [string, (machine: Machine) => string])[] = [
  ['CPU', ({ cpu }) => cpu],
  ['cores, memory', ({ cores, memoryGiB }) => `${cores}, ${memoryGiB} GiB`],
  ['kernel', ({ kernel }) => kernel],
  ['Node.js, onnxruntime-node', ({ node, onnxruntimeNode }) => `${node}, ${onnxruntimeNode}`],
  ['Python, onnxruntime', ({ python, onnxruntimePython }) => `${python}, ${onnxruntimePython}`],
];

const machineRows = (machines: readonly Machine[]): string[][] =>
  FACTS.map(([label, text]) => [label, ...machines.map(text)]);

/** Two parts came from the same machine when nothing that is reported of it differs. */
const key = (machine: Machine): string => FACTS.map(([, text]) => text(machine)).join('\n');
