import { type Random, seededRandom } from '../../src/rehearsal/random';

/**
 * Times at which independent users send requests: exponential gaps (a Poisson process), fixed by the seed before
 * anything is sent, so every server is offered exactly the same.
 *
 * @returns ascending milliseconds from the start, all below `seconds`
 */
export function arrivalTimes(ratePerSecond: number, seconds: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const times: number[] = [];
  const meanGapMs = 1000 / ratePerSecond;
  for (let time = gap(random, meanGapMs); time < seconds * 1000; time += gap(random, meanGapMs)) {
    times.push(time);
  }
  return Float64Array.from(times);
}

function gap(random: Random, meanMs: number): number {
  return -Math.log(1 - random()) * meanMs;
}
