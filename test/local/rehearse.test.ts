import path from 'node:path';
import type { FeatureLookup } from '@inferstack/runtime/contract';
import { ModelSource, Rollout } from 'inferstack';
import { rehearse } from 'inferstack/local';
import { rehearsalConfig } from '../../lib/local/rehearsal/rehearsal-config';
import { exampleModel } from '../support/endpoint';
import { app, runtime as serving } from './support/local-runtime';
import { rolledEndpoint } from './support/rolled';

const runtime = { file: path.join(path.dirname(serving.file), 'rehearse.js') };

test('features of another model play no part', () => {
  const lookup = (model: string) => ({ model }) as FeatureLookup;
  const endpoint = rolledEndpoint(
    exampleModel('breast-cancer', '1'),
    Rollout.canary({ candidate: ModelSource.fromDirectory(exampleModel('breast-cancer', '2')) }),
  );
  const features = [lookup('breast-cancer'), lookup('digits')];
  const config = rehearsalConfig({ ...endpoint, runtimeConfig: { ...endpoint.runtimeConfig, features } });
  expect(config.features!.map(({ model }) => model)).toEqual(['breast-cancer']);
});

// What else can come of a rehearsal takes a process each: rehearse.slow.test.ts.
test('a rollout goes through its steps on a clock that does not wait', async () => {
  process.env['TEST_AGREEMENT'] = '0.5';
  const outcome = await rehearse(app('candidate'), {
    traffic: { kind: 'generated', count: 1500, seed: 2 },
    rate: null,
    runtime,
  });
  expect(outcome).toMatchObject({ verdict: 'promote', step: 2, detectMs: null, reason: 'all gates pass' });
  const times = outcome.events.map(({ action, atMs, percent }) => [
    action,
    Math.round(atMs / 60_000),
    percent,
  ]);
  expect(times).toEqual([
    ['start', 0, 20],
    ['advance', 20, 100],
    ['promote', 25, 100],
  ]);
});
