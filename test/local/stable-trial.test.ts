import { Duration, Gate, Rollout } from 'inferstack';
import { withStable } from '../../lib/local/stable-trial';
import { exampleModel, problemsOf } from '../support/endpoint';
import { rolledEndpoint } from './support/rolled';

const stable = exampleModel('breast-cancer', '1');
const blueGreen = (gate: Gate) =>
  rolledEndpoint(exampleModel('breast-cancer', '2'), Rollout.blueGreen({ gates: [gate] }));

test('a blue-green switch is tried with gates that need no answers of the stable version', () => {
  const [tried] = withStable([blueGreen(Gate.latency({ max: Duration.seconds(1) }))], stable);
  const [rollout] = tried!.runtimeConfig.rollouts!.rollouts;
  expect(rollout!.gates[0]).toMatchObject({ maxMs: 1000, maxRatioToStable: null });
  expect(problemsOf(() => withStable([blueGreen(Gate.latency())], stable))).toMatchObject([
    { code: 'LOCAL_STABLE', at: expect.stringContaining('rollout.gates.latency'), allowed: 'max' },
  ]);
});
