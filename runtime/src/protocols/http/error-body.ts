import type { RequestError } from '../../errors';

/** The JSON of a failed request; `error` as a string is what the Open Inference Protocol demands. */
export function errorBody(error: RequestError, requestId: string): string {
  const { message, code, problems, omitted } = error;
  return JSON.stringify({
    error: message,
    code,
    ...(problems.length > 0 && { problems }),
    ...(omitted > 0 && { omittedProblems: omitted }),
    requestId,
  });
}
