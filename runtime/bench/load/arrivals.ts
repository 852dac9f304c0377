/**
 * Times at which independent users send requests: exponential gaps (a Poisson process), fixed by the seed before
 * anything is sent, so every server is offered exactly the same.
 *
 * @returns ascending milliseconds from the start, all below `seconds`
 */
export function arrivalTimes(ratePerSecond: number, seconds: number, seed: number): Float64Array {
  const random = randomNumbers(seed);
  const times: number[] = [];
  const meanGapMs = 1000 / ratePerSecond;
  for (let time = gap(random, meanGapMs); time < seconds * 1000; time += gap(random, meanGapMs)) {
    times.push(time);
  }
  return Float64Array.from(times);
}

function gap(random: () => number, meanMs: number): number {
  return -Math.log(1 - random()) * meanMs;
}

/** Uniform numbers in [0, 1) from a 32-bit state. Source: mulberry32 by Tommy Ettinger. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
