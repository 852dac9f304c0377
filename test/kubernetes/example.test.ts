import { reviewed, synthesizeExample } from './support/example';
import type { Manifest } from './support/manifest';
import { schemaErrors } from './support/strict-schema';

let manifests: readonly Manifest[];
beforeAll(async () => {
  manifests = await synthesizeExample('kubernetes-endpoint');
}, 60_000);

test('the example fits the schemas, all of it', () => {
  expect(manifests).toHaveLength(14);
  expect(manifests.flatMap(schemaErrors)).toEqual([]);
});

test('the example is what was reviewed', () => {
  expect(manifests.map(reviewed)).toMatchSnapshot();
});
