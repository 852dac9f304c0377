import { reviewed, synthesizeExample } from '../support/example';
import type { Manifest } from '../support/manifest';
import { schemaErrors } from '../support/strict-schema';

let manifests: readonly Manifest[];
beforeAll(async () => {
  manifests = await synthesizeExample('blue-green');
}, 60_000);

test('the example fits the schemas, all of it', () => {
  expect(manifests).toHaveLength(18);
  expect(manifests.flatMap(schemaErrors)).toEqual([]);
});

test('what Argo does in the example is what was reviewed', () => {
  const argo = manifests.filter(({ apiVersion }) => apiVersion === 'argoproj.io/v1alpha1');
  expect(argo.map(reviewed)).toMatchSnapshot();
});
