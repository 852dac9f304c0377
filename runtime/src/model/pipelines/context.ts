import {
  type Dimension,
  type Dtype,
  dotted,
  type InputSpec,
  type Manifest,
  type OutputSpec,
  type PipelineSpec,
  type PipelineStep,
  type Problem,
  REQUEST,
  show,
} from '../../contract';
import { closest } from '../closest';
import type { PipelineProblemCode } from './problems';
import { parseReference } from './references';

/** Finds the manifest of a version; undefined when it is not served. */
export type FindManifest = (model: string, version: string) => Manifest | undefined;

/** What a step gives to those that read it. */
export interface StepFacts {
  readonly outputs: ReadonlyMap<string, OutputSpec>;
  /** Whether the answer may have to do without it. */
  readonly mayBeMissing: boolean;
}

/** A tensor as far as edges care. */
export interface EdgeSpec {
  readonly dtype: Dtype;
  readonly shape: readonly Dimension[];
}

export type Finding = Omit<Problem, 'code' | 'at' | 'got'> & { readonly got?: unknown };

/** Steps that can be read from where one stands: those beside it, and those beside what it is part of. */
export class Sight {
  readonly steps = new Map<string, StepFacts | undefined>();

  constructor(private readonly around?: Sight) {}

  find(name: string): StepFacts | 'unknown' | undefined {
    if (this.steps.has(name)) return this.steps.get(name);
    return this.around === undefined ? 'unknown' : this.around.find(name);
  }

  names(): string[] {
    return [...this.steps.keys(), ...(this.around?.names() ?? [])];
  }
}

/** What is gathered while a pipeline is walked through. */
export class PipelineContext {
  readonly problems: Problem[] = [];
  /** Of the request: declared, and those that models take. */
  readonly inputs = new Map<string, InputSpec>();
  /** Models by the inputs of the request that they read: `input` -> the manifest, and what it calls it. */
  readonly readers: { readonly input: string; readonly manifest: Manifest; readonly as: string }[] = [];
  /** What every step gives, by its name. */
  readonly outputs = new Map<string, ReadonlyMap<string, OutputSpec>>();
  /** Names of the steps that something reads. */
  readonly read = new Set<string>();
  /** To be done when every input of the request is known. */
  readonly later: (() => void)[] = [];

  constructor(
    readonly spec: PipelineSpec,
    readonly findManifest: FindManifest,
    private readonly at: string,
  ) {
    for (const input of spec.inputs) this.inputs.set(input.name, input);
  }

  add(code: PipelineProblemCode, step: PipelineStep | undefined, place: string, finding: Finding): void {
    const { got, ...rest } = finding;
    const where = [step && `step ${step.name}`, place].filter(Boolean).join(': ');
    const at = where === '' ? this.at : `${this.at}: ${where}`;
    this.problems.push({
      code,
      at,
      ...rest,
      ...(got !== undefined && { got: typeof got === 'string' ? got : show(got) }),
    });
  }

  /** A place in the pipeline itself. */
  where(path: readonly PropertyKey[]): string {
    return `${this.at}: ${dotted(path)}`;
  }

  /** The output of a step that a reference names; undefined, with a problem unless there is one already. */
  output(
    reference: string,
    sight: Sight,
    step: PipelineStep,
    place: string,
  ): { readonly spec: OutputSpec; readonly mayBeMissing: boolean } | undefined {
    const { step: name, output } = parseReference(reference);
    const facts = sight.find(name);
    if (facts === 'unknown') {
      const names = [REQUEST, ...sight.names()];
      this.add('PIPELINE_REFERENCE', step, place, {
        what: 'no step of this name can be seen from here',
        got: reference,
        allowed: names.join(', '),
        remedy: closest(name, names, 'Steps inside a branch or member are seen only there.'),
      });
      return undefined;
    }
    this.read.add(name);
    if (facts === undefined) return undefined;
    const spec = facts.outputs.get(output);
    if (spec !== undefined) return { spec, mayBeMissing: facts.mayBeMissing };
    const outputs = [...facts.outputs.keys()];
    this.add('PIPELINE_REFERENCE', step, place, {
      what: `step ${name} has no such output`,
      got: reference,
      allowed: outputs.join(', '),
      remedy: closest(output, outputs),
    });
    return undefined;
  }
}

/** `FP32 [batch, 30]`. */
export const showEdge = ({ dtype, shape }: EdgeSpec): string => `${dtype} [${shape.join(', ')}]`;

/** Whether what is given fits what is taken: a size that only run time tells may be any, but rows stay rows. */
export function edgeFits(given: EdgeSpec, taken: EdgeSpec): boolean {
  if (given.dtype !== taken.dtype || given.shape.length !== taken.shape.length) return false;
  return given.shape.every((size, axis) => {
    const wanted = taken.shape[axis]!;
    if (axis === 0) return typeof size === typeof wanted && (typeof size === 'string' || size === wanted);
    return typeof size === 'string' || typeof wanted === 'string' || size === wanted;
  });
}

/** Whether two outputs are alike, whatever their sizes are called. */
export function sameEdge(a: EdgeSpec, b: EdgeSpec): boolean {
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  return a.shape.every(
    (size, axis) =>
      typeof size === typeof b.shape[axis] && (typeof size === 'string' || size === b.shape[axis]),
  );
}
