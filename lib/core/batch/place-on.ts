import { type Problem, show } from '@inferstack/runtime/contract';
import type { BatchPlan } from './batch-plan';
import type { DataPlaces } from './data-location';

/** Where input and output are on one platform. */
export interface JobPlaces<Place> {
  readonly input: Place;
  readonly output: Place;
}

/** Places on a platform; undefined, and problems, when one of them is not there. */
export function placeOn<P extends keyof DataPlaces>(
  platform: P,
  { path, input, output }: BatchPlan,
  problems: Problem[],
): JobPlaces<NonNullable<DataPlaces[P]>> | undefined {
  const from = input.places[platform];
  const to = output.places[platform];
  if (from === undefined) problems.push(missing(`${path}: input.from`, platform, input.places));
  if (to === undefined) problems.push(missing(`${path}: output.to`, platform, output.places));
  return from === undefined || to === undefined ? undefined : { input: from, output: to };
}

function missing(at: string, platform: string, places: DataPlaces): Problem {
  return {
    code: 'PLAN_DATA',
    at,
    what: `there is no place for ${platform}`,
    got: show(Object.keys(places)),
    allowed: `a place for ${platform} among them`,
    remedy: `Add it: DataLocation.at({ ..., ${platform}: ... }).`,
  };
}
