import type { OutputSpec, Tensor } from '../contract';
import {
  type Caller,
  type Executor,
  type ModelRepository,
  PartCaller,
  type PipelineModel,
} from '../inference';
import { type PipelineParts, PipelineRun } from './pipeline-run';
import { Scope } from './scope';
import { asAnswer } from './step-error';

export interface PipelineExecutorParts extends PipelineParts {
  readonly name: string;
  readonly repository: Pick<ModelRepository, 'use' | 'resolve'>;
  /** Of the pipeline, in the order of its signature. */
  readonly answers: readonly OutputSpec[];
  readonly models: readonly PipelineModel[];
}

/** Runs a pipeline where protocols expect a model: whole tensors in, whole tensors out. */
export class PipelineExecutor implements Executor {
  constructor(private readonly parts: PipelineExecutorParts) {}

  /** Its models are freed by whoever loaded them. */
  async close(): Promise<void> {}

  /** Not complete while a model is away, also one that something would stand in for. */
  get unready(): string | undefined {
    for (const { model, version } of this.parts.models) {
      try {
        this.parts.repository.resolve(model, version);
      } catch {
        return `model ${model} version ${version} does not serve`;
      }
    }
    return undefined;
  }

  async run(inputs: readonly Tensor[], caller: Caller = { gone: false }): Promise<Tensor[]> {
    const { root, answers, counters, name } = this.parts;
    const run = new PipelineRun(this.parts, caller);
    try {
      // Not the caller itself: where the request stands is told by the pipeline, not by the run of one step.
      const outputs = await run.run(root, Scope.ofRequest(inputs), new PartCaller(caller));
      if (run.degradations.length > 0) {
        caller.degradations = run.degradations;
        counters.onDegraded();
      }
      return answers.map((answer) => outputs!.get(answer.name)!);
    } catch (error) {
      throw asAnswer(error, name);
    }
  }
}
