import { type GoldenSample, type Manifest, type Problem, type Tensor, throwProblems } from '../contract';
import {
  Preprocessor,
  type RowProblemCode,
  type RowProblemDetails,
  type RowProblems,
} from '../preprocessing';
import { nestedToTensor } from './nested-tensor';

/** Makes the inputs of the graph for golden samples: tensors as given, rows the way the rows of requests go. */
export class SampleInputs {
  private readonly preprocessor: Preprocessor | undefined;

  constructor(private readonly manifest: Pick<Manifest, 'signature' | 'preprocessing'>) {
    const { preprocessing, signature } = manifest;
    this.preprocessor = preprocessing && new Preprocessor(preprocessing, signature);
  }

  /** @throws ProblemError SAMPLE_MISMATCH for a sample that opening its package would refuse. */
  async read(sample: GoldenSample): Promise<Tensor[]> {
    if (sample.rows !== undefined) return this.readRows(sample, sample.rows);
    return this.manifest.signature.inputs.map(({ name, dtype }) =>
      nestedToTensor(name, dtype, sample.inputs[name]!),
    );
  }

  private async readRows(
    { id, at }: GoldenSample,
    rows: NonNullable<GoldenSample['rows']>,
  ): Promise<Tensor[]> {
    const problems: Problem[] = [];
    if (this.preprocessor === undefined) {
      const what = 'the manifest has no preprocessing that rows could go through';
      problems.push({ code: 'SAMPLE_MISMATCH', at: id, what, remedy: 'Give `inputs`.' });
    }
    const sink = new SampleRowProblems(id, problems);
    const tensors = (await this.preprocessor?.decodeImages(rows, sink, [], arrivalOf(at))) ?? [];
    throwProblems(problems, id);
    return tensors;
  }
}

/** When the rows of a sample arrived, milliseconds since 1970; now, unless the sample says otherwise. */
export function arrivalOf(at: GoldenSample['at']): number {
  return at === undefined ? Date.now() : Date.parse(at);
}

/** Tells what is wrong with the rows of a sample as problems of the sample. */
export class SampleRowProblems implements RowProblems {
  constructor(
    private readonly at: string,
    private readonly problems: Problem[],
  ) {}

  get total(): number {
    return this.problems.length;
  }

  add(_code: RowProblemCode, at: string, what: string, rest: RowProblemDetails): void {
    this.problems.push({ code: 'SAMPLE_MISMATCH', at: `${this.at} ${at}`, what, ...rest });
  }
}
