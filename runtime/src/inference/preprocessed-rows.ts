import type { Manifest, PreprocessingSpec, Tensor } from '../contract';
import { Preprocessor, type QualityFinding } from '../preprocessing';
import { InputProblems } from './input-problems';
import type { InputRules } from './input-rules';
import type { Columns, RowReader } from './row-reader';

/** Takes rows of raw fields through the preprocessing; what comes out has to fit the signature as tensors of callers do. */
export class PreprocessedRows implements RowReader {
  readonly names: ReadonlySet<string>;
  readonly batched: boolean;
  private readonly preprocessor: Preprocessor;

  constructor(
    spec: PreprocessingSpec,
    signature: Manifest['signature'],
    private readonly rules: readonly InputRules[],
  ) {
    this.preprocessor = new Preprocessor(spec, signature);
    this.names = new Set(this.preprocessor.names);
    this.batched = this.preprocessor.batched;
  }

  decode(
    rows: readonly unknown[],
    findings: QualityFinding[] = [],
    now?: number,
  ): Tensor[] | Promise<Tensor[]> {
    const problems = new InputProblems();
    if (this.preprocessor.hasImages) {
      const decoded = this.preprocessor.decodeImages(rows, problems, findings, now);
      return decoded.then((tensors) => this.checked(tensors, problems));
    }
    return this.checked(this.preprocessor.decode(rows, problems, findings, now), problems);
  }

  decodeColumns(
    columns: Columns,
    rows: number,
    findings: QualityFinding[] = [],
    now?: number,
  ): Tensor[] | Promise<Tensor[]> {
    const problems = new InputProblems();
    const { preprocessor } = this;
    const ordered = preprocessor.names.map((name) => columns.get(name) ?? []);
    if (preprocessor.hasImages) {
      const decoded = preprocessor.transformImages(ordered, rows, problems, findings, now);
      return decoded.then((tensors) => this.checked(tensors, problems));
    }
    return this.checked(preprocessor.transform(ordered, rows, problems, findings, now), problems);
  }

  private checked(tensors: Tensor[], problems: InputProblems): Tensor[] {
    problems.throwIfAny();
    for (const [i, tensor] of tensors.entries()) this.rules[i]!.check(tensor, 'rows', problems);
    problems.throwIfAny();
    return tensors;
  }
}
