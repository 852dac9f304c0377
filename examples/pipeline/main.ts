import path from 'node:path';
import { Duration, ModelEndpoint, ModelSource, Pipeline } from 'inferstack';
import { ComposeEndpoint, ComposeProject } from 'inferstack/compose';

const project = new ComposeProject({ name: 'referral', outdir: 'out/pipeline' });

const version = (number: string): ModelSource =>
  ModelSource.fromDirectory(path.join(__dirname, '../models/breast-cancer', number));
const [linear, trees] = [version('1'), version('2')];

// Both models and the mean of their probabilities; the linear one alone when the other is slow or away.
const both = Pipeline.ensemble('both', [
  Pipeline.model('linear', linear),
  Pipeline.model('trees', trees, { timeout: Duration.millis(200) }),
]);
const referral = Pipeline.fallback('referral', [both, Pipeline.model('alone', linear)]);

new ModelEndpoint(project, 'Referral', {
  // Each model has a threshold for its own scores: that of their mean has to be said.
  model: referral.with({
    description: 'Whether to refer a patient, by two models.',
    prediction: {
      kind: 'binary',
      output: 'probabilities',
      classes: ['malignant', 'benign'],
      positive: 'malignant',
      threshold: 0.25,
      decision: { above: 'refer', below: 'clear' },
    },
  }),
  target: new ComposeEndpoint(),
  scaling: { minReplicas: 2, maxReplicas: 2 },
});

project.synth();
