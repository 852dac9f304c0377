/** An error as workflows see it: https://cloud.google.com/workflows/docs/reference/syntax/catching-errors#error-tags */
export class WorkflowError extends Error {
  constructor(
    readonly tag: string,
    message: string,
    readonly code: number | undefined = undefined,
  ) {
    super(`${tag}: ${message}`);
  }

  /** What a predicate gets. */
  get data(): object {
    const { tag, message, code } = this;
    return { tags: [tag], message, ...(code === undefined ? {} : { code }) };
  }
}
