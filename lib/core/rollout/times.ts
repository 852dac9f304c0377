import type { DurationLike } from '../duration';

export const millisOr = (duration: DurationLike | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : duration.toMilliseconds();

export const secondsOr = (duration: DurationLike | undefined, otherwise: number): number =>
  millisOr(duration, otherwise * 1000) / 1000;
