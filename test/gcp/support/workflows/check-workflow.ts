import { type Expression, parseExpression } from './parse-expression';
import type { Data } from './standard-library';

/** https://cloud.google.com/workflows/quotas */
const MAX_SOURCE_BYTES = 128 * 1024;
const MAX_EXPRESSION = 400;
const MAX_PER_STEP = 50;

/** What Workflows would refuse of a definition, by its documented rules. */
export function workflowProblems(source: string): string[] {
  const definition = JSON.parse(source) as Record<string, Data>;
  const problems = Buffer.byteLength(source) > MAX_SOURCE_BYTES ? ['the source is too long'] : [];
  for (const [name, subworkflow] of Object.entries(definition)) {
    const names = stepNames(subworkflow.steps);
    const repeated = names.filter((step, i) => names.indexOf(step) !== i);
    problems.push(...repeated.map((step) => `${name} has two steps ${step}`));
    problems.push(...nested(subworkflow).flatMap((node) => nodeProblems(node, definition, name)));
  }
  return problems;
}

function nodeProblems(node: Data, definition: Record<string, Data>, where: string): string[] {
  const problems: string[] = [];
  for (const key of ['assign', 'switch']) {
    const items: unknown = node[key];
    if (Array.isArray(items) && items.length > MAX_PER_STEP)
      problems.push(`${where}: ${key} of ${items.length}`);
  }
  const texts = Object.values(node).filter((value) => typeof value === 'string' && value.startsWith('${'));
  for (const text of texts as string[]) {
    if (text.length > MAX_EXPRESSION) problems.push(`${where}: an expression of ${text.length}`);
    const waiting = calls(parseExpression(text.slice(2, -1))).filter((name) => waits(definition, name));
    problems.push(...waiting.map((name) => `${where}: an expression calls ${name}, which waits`));
  }
  return problems;
}

/** Whether a subworkflow asks the network for something, itself or by another. */
function waits(definition: Record<string, Data>, name: string): boolean {
  return nested(definition[name] ?? {}).some(
    ({ call }) => typeof call === 'string' && (call.startsWith('http.') || waits(definition, call)),
  );
}

function calls(expression: Expression): string[] {
  const inner = Object.values(expression).flatMap((child: unknown) =>
    [child].flat().filter((one): one is Expression => typeof one === 'object' && one !== null),
  );
  return [...(expression.kind === 'call' ? [expression.callee] : []), ...inner.flatMap(calls)];
}

function stepNames(steps: readonly Data[] = []): string[] {
  return steps.flatMap((step) => {
    const [[name, body]] = Object.entries<Data>(step) as [[string, Data]];
    const branches: Data[] = [...(body.switch ?? []), ...(body.for === undefined ? [] : [body.for])];
    return [name, ...branches.flatMap((branch) => stepNames(branch.steps))];
  });
}

/** Every map of a definition, at any depth. */
function nested(value: Data): Record<string, Data>[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values<Data>(value).flatMap(nested);
  return Array.isArray(value) ? below : [value, ...below];
}
