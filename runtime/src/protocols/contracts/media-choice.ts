import { RequestError } from '../../errors';

/** What SageMaker's clients ask for. */
export type ReplyMedia = 'application/json' | 'text/csv';

/**
 * Chooses what to answer with by the header Accept (RFC 9110, 12.5.1); `usual` comes first where it leaves a choice.
 *
 * @throws RequestError REQUEST_NOT_ACCEPTABLE
 */
export function chooseMedia(accept: string | undefined, usual: ReplyMedia): ReplyMedia {
  if (accept === undefined || accept.trim() === '') return usual;
  const weights = readWeights(accept);
  const other: ReplyMedia = usual === 'text/csv' ? 'application/json' : 'text/csv';
  const best = weightOf(other, weights) > weightOf(usual, weights) ? other : usual;
  if (weightOf(best, weights) > 0) return best;
  const message = 'This route answers with application/json or text/csv; Accept names neither.';
  throw new RequestError('REQUEST_NOT_ACCEPTABLE', message);
}

function readWeights(accept: string): Map<string, number> {
  return new Map(
    accept
      .toLowerCase()
      .split(',')
      .map((entry) => {
        const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
        const q = parameters.find((parameter) => parameter.startsWith('q='));
        const weight = q === undefined ? 1 : Number(q.slice(2));
        return [type, Number.isFinite(weight) ? weight : 0];
      }),
  );
}

/** The most exact entry counts. */
function weightOf(media: ReplyMedia, weights: ReadonlyMap<string, number>): number {
  return weights.get(media) ?? weights.get(`${media.split('/', 1)[0]}/*`) ?? weights.get('*/*') ?? 0;
}
