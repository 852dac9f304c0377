import { sample } from '../../local/support/rows';
import { exampleModel } from '../../support/endpoint';
import { type PlatformVariables, type StartedContainer, startContainer } from '../../support/start-container';
import { type Release, releaseOf, synthesize } from './support/synthesize';

// The real runtime, started as Vertex AI starts the container of a release: with its variables. The model lies on this
// machine and not in a bucket, and the port is a free one.

let container: StartedContainer | undefined;
afterEach(() => container?.stop());

test('the container answers the routes that the release names', async () => {
  const release = releaseOf(synthesize());
  const { containerSpec } = release['model'];
  container = await started(release, exampleModel('breast-cancer', '1'));
  const { url } = container;
  expect((await fetch(url + containerSpec.healthRoute)).status).toBe(200);
  const [rows] = Object.values(sample.inputs);
  const response = await fetch(url + containerSpec.predictRoute, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances: rows }),
  });
  expect(response.status).toBe(200);
  const { predictions } = (await response.json()) as { predictions: number[][] };
  const expected = sample.outputs.probabilities;
  expect(predictions).toEqual(expected.map((row) => row.map((p) => expect.closeTo(p, 5))));
});

test('a model that is not the one of the release is never healthy', async () => {
  const other = exampleModel('breast-cancer', '2');
  await expect(started(releaseOf(synthesize()), other)).rejects.toThrow('exited with 3');
});

function started(release: Release, model: string): Promise<StartedContainer> {
  const { env, healthRoute, predictRoute } = release['model'].containerSpec;
  const variables: PlatformVariables = (port) => ({
    AIP_HTTP_PORT: String(port),
    AIP_HEALTH_ROUTE: healthRoute,
    AIP_PREDICT_ROUTE: predictRoute,
    AIP_STORAGE_URI: '',
  });
  // As Vertex AI expands it.
  return startContainer(JSON.parse(env[0].value.replaceAll('$$(', '$(')), model, variables);
}
