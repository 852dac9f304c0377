import type { PipelineSpec, RolloutConfig } from '@inferstack/runtime/contract';
import { RootConstruct } from 'constructs';
import {
  type EndpointPlan,
  Gate,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  RuntimeImage,
} from 'inferstack';
import { exampleModel } from '../support/endpoint';
import { FakeTarget } from '../support/fake-target';
import { perturb } from '../support/perturb';
import type { Change, NeutralProps } from './conformance-target';

/** In a registry that every platform pulls from. */
export const IMAGE = `europe-docker.pkg.dev/serving/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const MODEL = exampleModel('breast-cancer', '1');
/** Served beside it where a plan has two. */
export const SECOND_MODEL = exampleModel('digits', '1');

/** To take over from the first model. */
export const CANDIDATE = exampleModel('breast-cancer', '2');

/** The runtime moves requests from the first model to the candidate. */
export const TRIAL: RolloutConfig = {
  ...{ model: 'breast-cancer', stable: '1', candidate: '2' },
  steps: [{ percent: 10, shadowPercent: 20, holdMs: 60_000 }],
  gates: [Gate.errors().bind()],
  ...{ stickyHeader: null, promotion: 'automatic', onInconclusive: 'hold' },
  ...{ fallbackMs: 1000, candidateMemoryBytes: 0, shadowQueue: 256, evaluateMs: 1000 },
};

/** Made of the first model alone. */
export const PIPELINE: PipelineSpec = {
  ...{ name: 'risk', version: '1', description: null, inputs: [] },
  ...{ prediction: null, postprocessing: null },
  root: {
    ...{ kind: 'model', name: 'risk', timeoutMs: 100, onError: { kind: 'fail' } },
    ...{ model: 'breast-cancer', version: '1' },
    inputs: { features: 'request.features' },
    outputs: { probabilities: 'probabilities' },
  },
};

/** The one definition every target gets: defaults, but for what `demands` says. */
export function endpointPlan(demands: NeutralProps = {}): EndpointPlan {
  return planOf(ModelSource.fromDirectory(MODEL), demands);
}

/** The same with a second model beside the first. */
export function planWithTwoModels(demands: NeutralProps = {}): EndpointPlan {
  return planOf([MODEL, SECOND_MODEL].map(ModelSource.fromDirectory), demands);
}

function planOf(model: ModelEndpointProps<unknown>['model'], demands: NeutralProps): EndpointPlan {
  return new ModelEndpoint(new RootConstruct('Serving'), 'Endpoint', {
    model,
    target: new FakeTarget(),
    ...demands,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...demands.runtime },
  }).plan;
}

/** Leaves of a plan that say what to build; a model package stands for itself by name, version and digest. */
export function planLeaves({ models: _, ...rest }: EndpointPlan): string[] {
  const model = ['digest', 'bytes', 'manifest.name', 'manifest.version'].map((leaf) => `model.${leaf}`);
  return [...model, 'models', ...leaves(rest, '')];
}

/** The plan with other values. */
export function changed(plan: EndpointPlan, change: Change): EndpointPlan {
  return Object.entries(change).reduce((given, [path, value]) => perturb(given, path, value), plan);
}

function leaves(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' && child !== null ? leaves(child, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}
