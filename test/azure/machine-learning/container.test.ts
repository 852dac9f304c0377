import { sample } from '../../local/support/rows';
import { exampleModel } from '../../support/endpoint';
import { type StartedContainer, startContainer } from '../../support/start-container';
import { armOf, configOf, synthesize } from './support/synthesize';

// The real runtime with the configuration of a deployment, asked on the routes that its environment names. The model lies
// on this machine and not in a storage account, and the ports are free ones.

let container: StartedContainer | undefined;
afterEach(() => container?.stop());

test('the container answers the routes that the environment names', async () => {
  const template = synthesize();
  container = await startContainer(configOf(template), exampleModel('breast-cancer', '1'));
  const { url } = container;
  const [environment] = armOf(template, 'Deployment');
  const { livenessRoute, readinessRoute, scoringRoute } = environment!['properties'].inferenceConfig;
  for (const { path } of [livenessRoute, readinessRoute]) expect((await fetch(url + path)).status).toBe(200);
  const [rows] = Object.values(sample.inputs);
  const response = await fetch(url + scoringRoute.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input_data: rows }),
  });
  expect(response.status).toBe(200);
  const expected = sample.outputs.probabilities;
  expect(await response.json()).toEqual(expected.map((row) => row.map((p) => expect.closeTo(p, 5))));
});

test('a model that is not the one of the deployment is never ready', async () => {
  const other = exampleModel('breast-cancer', '2');
  await expect(startContainer(configOf(synthesize()), other)).rejects.toThrow('exited with 3');
});
