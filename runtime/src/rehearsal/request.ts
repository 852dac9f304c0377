import type { Tensor } from '../contract';
import type { Caller, InferenceService } from '../inference';
import type { Answer } from '../rollout/agreement';

/** What is asked in a rehearsal. */
export type Question =
  | {
      readonly kind: 'tensors';
      readonly inputs: readonly Tensor[];
      readonly outputs?: readonly string[] | undefined;
    }
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] };

export interface RehearsedRequest {
  /** Since the first; undefined: not recorded. */
  readonly offsetMs?: number | undefined;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly question: Question;
}

/** Asks the service as a listener would, of whatever version the rollout chooses. */
export function ask(
  service: InferenceService,
  model: string,
  { question, headers }: RehearsedRequest,
): Promise<Answer> {
  const caller: Caller = { gone: false, header: (name) => headers?.[name] };
  if (question.kind === 'tensors')
    return service.infer(model, undefined, question.inputs, question.outputs, caller);
  const predicts = service.model(model).prediction !== undefined;
  return predicts
    ? service.predictRows(model, undefined, question.rows, caller)
    : service.inferRows(model, undefined, question.rows, caller);
}
