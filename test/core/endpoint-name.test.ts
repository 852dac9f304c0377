import type { Problem } from 'inferstack';
import { endpointName } from '../../lib/core/endpoint-name';

function nameOf(path: string): { name: string; problems: Problem[] } {
  const problems: Problem[] = [];
  return { name: endpointName(path, problems), problems };
}

test.each([
  ['CreditRisk/Endpoint', 'credit-risk-endpoint'],
  ['a/b_c', 'a-b-c'],
  ['App/Stage 1/API', 'app-stage-1-api'],
  ['Scoring--v2/', 'scoring-v2'],
])('%s becomes %s', (path, name) => {
  expect(nameOf(path)).toEqual({ name, problems: [] });
});

test.each(['', '1Stack/Endpoint', '日本', 'x'.repeat(64)])('%s gives no usable name', (path) => {
  expect(nameOf(path).problems).toEqual([expect.objectContaining({ code: 'PLAN_NAME', at: path })]);
});
