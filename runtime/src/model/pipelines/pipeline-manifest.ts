import { API_VERSION, type Manifest, type PipelineSpec } from '../../contract';
import type { FindManifest } from './context';
import type { PipelineSignature } from './pipeline-signature';
import { modelsOf } from './references';

/** A pipeline as a model would present itself, so that every protocol can speak of it. */
export function pipelineManifest(
  spec: PipelineSpec,
  { inputs, outputs, preprocessing }: PipelineSignature,
  findManifest: FindManifest,
): Manifest {
  const models = modelsOf(spec.root);
  const ids = unique(models.map(({ model, version }) => `${model}/${version}`));
  const cards = models.flatMap(({ model, version }) => findManifest(model, version)?.card ?? []);
  const joined = (texts: readonly string[]): string => unique(texts).join('; ');
  return {
    apiVersion: API_VERSION,
    kind: 'Model',
    name: spec.name,
    version: spec.version,
    description: spec.description ?? `Pipeline of ${ids.join(', ')}.`,
    graph: '',
    signature: { inputs, outputs },
    ...(preprocessing && { preprocessing }),
    ...(spec.prediction && { prediction: spec.prediction }),
    ...(spec.postprocessing && { postprocessing: spec.postprocessing }),
    card: {
      owner: joined(cards.map(({ owner }) => owner)),
      intendedUse: joined(cards.map(({ intendedUse }) => intendedUse)),
      outOfScope: unique(cards.flatMap(({ outOfScope }) => outOfScope)),
      trainingData: joined(cards.map(({ trainingData }) => trainingData)),
      limitations: unique(cards.flatMap(({ limitations }) => limitations)),
      references: unique(cards.flatMap(({ references }) => references)),
    },
    metrics: [],
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
