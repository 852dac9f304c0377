import { testWith } from './test-with';

const CI = process.env['CI'];
afterEach(() => {
  if (CI === undefined) delete process.env['CI'];
  else process.env['CI'] = CI;
});

test('a tool that is there has its tests run', () => {
  process.env['CI'] = 'true';
  expect(testWith('node', true, '')).toBe(test);
});

test('a missing one has them skipped, but never in CI', () => {
  delete process.env['CI'];
  expect(testWith('nothing', false, 'install it')).toBe(test.skip);
  process.env['CI'] = 'true';
  expect(() => testWith('nothing', false, 'install it')).toThrow('nothing is missing');
});
