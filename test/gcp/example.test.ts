import { reviewed, synthesizeExample } from './support/example';

test('the example is what was reviewed', async () => {
  const { resource } = await synthesizeExample('gcp-endpoint', 'diabetes');
  expect(reviewed(resource)).toMatchSnapshot();
}, 60_000);
