import { ModelRepository } from '@inferstack/runtime/inference';

const repository = (...versions: string[]) =>
  new ModelRepository(versions.map((version) => ({ name: 'm', version })));

test.each([
  [['9', '10', '2'], '10'],
  [['1.9', '1.10', '1.2'], '1.10'],
  [['2024-12-01', '2025-01-01'], '2025-01-01'],
  [['v2', 'v11'], 'v11'],
])('of %j the latest is %s', (versions, latest) => {
  expect(repository(...versions).label('m').version).toBe(latest);
  expect(
    repository(...versions)
      .versions('m')
      .at(-1),
  ).toBe(latest);
});

test('what is not served has one label', () => {
  expect(repository('1').label('other')).toEqual({ name: '_unknown', version: '_unknown' });
  expect(repository('1').label('m', '2')).toEqual({ name: 'm', version: '_unknown' });
});
