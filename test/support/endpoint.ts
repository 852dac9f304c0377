import path from 'node:path';
import { RootConstruct } from 'constructs';
import { ModelEndpoint, type ModelEndpointProps, ModelSource, type Problem, ProblemError } from 'inferstack';
import { type FakeNative, FakeTarget } from './fake-target';

/** Folder of a committed example model. */
export const exampleModel = (name: string, version: string): string =>
  path.resolve(__dirname, '..', '..', 'examples', 'models', name, version);

/** An endpoint on the fake target; only what the test is about needs to be given. */
export function fakeEndpoint(props: Partial<ModelEndpointProps<FakeNative>> = {}): ModelEndpoint<FakeNative> {
  return new ModelEndpoint(new RootConstruct('CreditRisk'), 'Endpoint', {
    model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
    target: new FakeTarget(),
    ...props,
  });
}

/** The problems that `work` throws; fails when it throws none. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error('expected problems, and nothing was thrown');
}
