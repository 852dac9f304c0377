import { reviewed, synthesizeExample } from '../support/example';

test('the example is what was reviewed', async () => {
  const { resource } = await synthesizeExample('vertex-endpoint', 'screening', ['scripts/release.sh']);
  expect(reviewed(resource)).toMatchSnapshot();
}, 60_000);
