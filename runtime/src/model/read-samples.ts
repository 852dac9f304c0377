import {
  dotted,
  type GoldenSample,
  issuesToProblems,
  type NestedArray,
  type Problem,
  ProblemError,
  sampleSchema,
  type Tensor,
} from '../contract';
import { Preprocessor } from '../preprocessing';
import type { ManifestParts } from './check-manifest';
import { checkSampleValues } from './check-sample-values';
import { closest } from './closest';
import { parseJson } from './json-text';
import { nestedToTensor } from './nested-tensor';
import { arrivalOf, SampleRowProblems } from './sample-inputs';
import { type Signature, showShape } from './signature';

export const SAMPLES_FILE = 'samples.jsonl';

type Side = 'inputs' | 'outputs';

type SampleParts = Pick<ManifestParts, 'signature' | 'preprocessing' | 'prediction'>;

/** Reads every line of samples.jsonl and holds it against the signature, if there is a valid one. */
export function readSamples(text: string, parts: SampleParts, problems: Problem[]): GoldenSample[] {
  const { signature, prediction } = parts;
  const preprocessor = soundPreprocessor(parts);
  const samples: GoldenSample[] = [];
  const ids = new Set<string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = `${SAMPLES_FILE}:${i + 1}`;
    const sample = readSample(line, at, problems);
    if (sample === undefined) continue;
    if (ids.has(sample.id)) problems.push(duplicateId(at, sample.id));
    ids.add(sample.id);
    if (signature !== undefined) new SampleCheck(at, signature, problems, preprocessor).check(sample);
    if (sample.predictions !== undefined && prediction === undefined) problems.push(noPrediction(at));
    samples.push(sample);
  }
  if (text.trim() === '') problems.push(noSamples());
  return samples;
}

function readSample(line: string, at: string, problems: Problem[]): GoldenSample | undefined {
  const before = problems.length;
  const value = parseJson(line, at, 'SAMPLE_INVALID', problems);
  if (problems.length > before) return undefined;
  const result = sampleSchema.safeParse(value);
  if (!result.success) {
    problems.push(...issuesToProblems(result.error, value, 'SAMPLE_INVALID', (path) => `${at} ${path}`));
  }
  return result.data;
}

class SampleCheck {
  /** Sizes of the symbolic dimensions, which all tensors of a sample share. */
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly at: string,
    private readonly signature: Signature,
    private readonly problems: Problem[],
    /** Undefined without a sound preprocessing; null when none is declared. */
    private readonly preprocessor: Preprocessor | undefined | null,
  ) {}

  check(sample: GoldenSample): void {
    // First the inputs: they fix the sizes that the outputs share.
    if (sample.rows !== undefined) this.checkRows(sample.rows, sample.at);
    for (const side of ['inputs', 'outputs'] as const) {
      for (const [name, nested] of Object.entries(sample[side])) this.checkTensor(side, name, nested);
    }
    if (sample.rows !== undefined) return;
    for (const { name } of this.signature.inputs) {
      if (Object.hasOwn(sample.inputs, name)) continue;
      this.add(['inputs'], { what: `the input "${name}" is missing`, remedy: 'Add it to the sample.' });
    }
  }

  private checkRows(rows: NonNullable<GoldenSample['rows']>, at: GoldenSample['at']): void {
    if (this.preprocessor === null) {
      this.add(['rows'], {
        what: 'the manifest has no preprocessing that rows could go through',
        remedy: 'Give `inputs`, or add `preprocessing` to model.yaml.',
      });
    }
    if (this.preprocessor?.judgesAge && at === undefined) {
      this.add(['at'], {
        what: 'the model judges the age of dates, and the sample does not say when its rows arrived',
        remedy: 'Add `at`, an ISO 8601 time; or the sample fails when its dates have grown old.',
      });
    }
    const before = this.problems.length;
    const sink = new SampleRowProblems(this.at, this.problems);
    const checked = this.preprocessor?.check(rows, sink, arrivalOf(at)) ?? [];
    if (this.problems.length > before) return;
    for (const [i, { shape, tensor }] of checked.entries()) {
      const input = this.signature.inputs[i]!;
      this.checkShape('inputs', input.name, shape, input.shape);
      const outside = tensor && checkSampleValues(input, tensor);
      if (outside !== undefined) this.add(['rows'], outside);
    }
  }

  private checkTensor(side: Side, name: string, nested: NestedArray): void {
    const specs = this.signature[side];
    const spec = specs.find((candidate) => candidate.name === name);
    if (spec === undefined) {
      const names = specs.map((candidate) => candidate.name);
      this.add([side, name], {
        what: `the signature has no such ${side.slice(0, -1)}`,
        allowed: names.join(' | '),
        remedy: closest(name, names),
      });
      return;
    }
    const tensor = this.convert(side, () => nestedToTensor(name, spec.dtype, nested));
    if (tensor === undefined || !this.checkShape(side, name, tensor.shape, spec.shape)) return;
    const input = this.signature.inputs.find((candidate) => candidate === spec);
    if (input === undefined) return;
    const outside = checkSampleValues(input, tensor);
    if (outside !== undefined) this.add([side, name], outside);
  }

  private convert(side: Side, read: () => Tensor): Tensor | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      for (const problem of error.problems) {
        this.problems.push({ ...problem, code: 'SAMPLE_MISMATCH', at: `${this.at} ${side}.${problem.at}` });
      }
      return undefined;
    }
  }

  private checkShape(
    side: Side,
    name: string,
    got: readonly number[],
    spec: readonly (number | string)[],
  ): boolean {
    const fits = got.length === spec.length && spec.every((dimension, i) => this.fits(dimension, got[i]!));
    if (fits) return true;
    this.add([side, name], {
      what: 'the shape does not fit the signature',
      got: showShape(got),
      allowed: showShape(spec.map((dimension) => this.sizes.get(String(dimension)) ?? dimension)),
      remedy: 'Correct the sample; the batch dimension is part of it and the same in all its tensors.',
    });
    return false;
  }

  private fits(dimension: number | string, size: number): boolean {
    if (typeof dimension === 'number') return dimension === size;
    const known = this.sizes.get(dimension);
    if (known === undefined) this.sizes.set(dimension, size);
    return size > 0 && (known ?? size) === size;
  }

  private add(path: PropertyKey[], rest: Omit<Problem, 'code' | 'at'>): void {
    this.problems.push({ code: 'SAMPLE_MISMATCH', at: `${this.at} ${dotted(path)}`, ...rest });
  }
}

/** Null when none is declared, undefined when the one declared cannot be used, which was reported. */
function soundPreprocessor({ signature, preprocessing }: SampleParts): Preprocessor | undefined | null {
  if (preprocessing === undefined || signature === undefined) return null;
  try {
    return new Preprocessor(preprocessing, signature);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function noPrediction(at: string): Problem {
  return {
    code: 'SAMPLE_MISMATCH',
    at: `${at} predictions`,
    what: 'the manifest does not say how outputs become predictions',
    remedy: 'Add `prediction` to model.yaml, or give `outputs` alone.',
  };
}

function duplicateId(at: string, id: string): Problem {
  return {
    code: 'SAMPLE_INVALID',
    at: `${at} id`,
    what: 'another sample has the same id',
    got: JSON.stringify(id),
    remedy: 'Give every sample its own id.',
  };
}

function noSamples(): Problem {
  return {
    code: 'SAMPLE_INVALID',
    at: SAMPLES_FILE,
    what: 'there is no golden sample',
    allowed: 'at least one line',
    remedy:
      'Add inputs with the outputs the trained model gave: the runtime is not ready until it reproduces them.',
  };
}
