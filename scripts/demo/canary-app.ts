/** The app of the demo's canary: version 1 of the breast cancer model, and a candidate that the demo made. */
import path from 'node:path';
import { Duration, Gate, ModelEndpoint, ModelSource, Rollout } from 'inferstack';
import { ComposeEndpoint, ComposeProject } from 'inferstack/compose';

const stable = path.resolve(__dirname, '../../examples/models/breast-cancer/1');
const project = new ComposeProject({ name: 'demo' });

new ModelEndpoint(project, 'Canary', {
  model: ModelSource.fromDirectory(stable),
  target: new ComposeEndpoint(),
  scaling: { minReplicas: 2, maxReplicas: 2 },
  rollout: Rollout.canary({
    candidate: ModelSource.fromDirectory(process.env['DEMO_CANDIDATE']!),
    percent: 10,
    gates: [Gate.agreement({ min: 0.97, minSamples: 100 }), Gate.errors()],
    trial: { compare: 100 },
  }),
  runtime: { drainDelay: Duration.seconds(0) },
});

project.synth();
