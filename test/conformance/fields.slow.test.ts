import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FIELDS, SAID_IN_MESSAGES } from './fields';
import { fieldOutcomes } from './matrix';
import { matrixPage } from './matrix-page';
import { endpointPlan, planLeaves } from './plan';
import { targets } from './targets';

test('every field of the plan has a change', () => {
  const covered = [...Object.keys(FIELDS), ...SAID_IN_MESSAGES];
  expect(planLeaves(endpointPlan()).filter((leaf) => !covered.includes(leaf))).toEqual([]);
});

test.each(targets.map((target) => [target.title, target] as const))('%s drops nothing', (_, target) => {
  const dropped = Object.entries(fieldOutcomes(target)).filter(([, outcome]) => outcome === 'dropped');
  expect(dropped.map(([field]) => field)).toEqual([]);
});

test('the support matrix in the documentation is that of the code: npm run docs', () => {
  const page = readFileSync(path.resolve(__dirname, '../../docs/support-matrix.md'), 'utf8');
  expect(page).toBe(matrixPage(targets));
});
