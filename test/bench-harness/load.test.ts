import type { Server } from 'node:http';
import { arrivalTimes } from '../../runtime/bench/load/arrivals';
import { closedLoop } from '../../runtime/bench/load/closed-loop';
import { Histogram } from '../../runtime/bench/load/histogram';
import { type OpenLoopOptions, openLoop } from '../../runtime/bench/load/open-loop';
import { serve, stop } from './stalling-server';

let running: Server | undefined;

afterEach(async () => {
  if (running) await stop(running);
  running = undefined;
});

const open: OpenLoopOptions = {
  ratePerSecond: 200,
  warmupSeconds: 0,
  seconds: 0.5,
  connections: 4,
  drainSeconds: 5,
  idle: 'nap',
  seed: 7,
};

test('closed loop: counts what the server answered, with the body it was told to send', async () => {
  const bodies = new Set<string>();
  let answered = 0;
  const { target, server } = await serve((response, body) => {
    bodies.add(body);
    answered += 1;
    response.end('ok');
  });
  running = server;
  const result = await closedLoop(target, { concurrency: 4, seconds: 0.3 });
  expect([...bodies]).toEqual(['row']);
  expect(result.errors).toBe(0);
  expect(result.requests).toBeGreaterThan(4);
  expect(result.requests).toBe(answered);
});

test('closed loop: slow answers after the end of sending count, with the time they took', async () => {
  const { target, server } = await serve((response) => {
    setTimeout(() => response.end('ok'), 300);
  });
  running = server;
  const result = await closedLoop(target, { concurrency: 3, seconds: 0.05 });
  expect(result.requests).toBe(3);
  expect(result.seconds).toBeGreaterThan(0.29);
});

test('closed loop: failed requests are errors, never capacity', async () => {
  const { target, server } = await serve((response, _, count) => {
    response.statusCode = count % 2 === 0 ? 200 : 503;
    response.end('');
  });
  running = server;
  const result = await closedLoop(target, { concurrency: 1, seconds: 0.2 });
  expect(result.errors).toBeGreaterThan(0);
  expect(result.firstError).toBe('HTTP 503');
  expect(Math.abs(result.requests - result.errors)).toBeLessThanOrEqual(1);
});

test('closed loop: a request that meets a connection just closed as idle is sent again', async () => {
  const used = new WeakSet<object>();
  const { target, server } = await serve((response) => {
    const socket = response.socket!;
    if (used.has(socket)) response.destroy();
    else {
      used.add(socket);
      response.end('ok');
    }
  });
  running = server;
  const result = await closedLoop(target, { concurrency: 1, seconds: 0.2 });
  expect(result.errors).toBe(0);
  expect(result.requests).toBeGreaterThan(1);
});

test('closed loop: a server that drops connections gives errors and an end', async () => {
  const { target, server } = await serve((response) => response.destroy());
  running = server;
  const result = await closedLoop(target, { concurrency: 2, seconds: 30 });
  expect(result.requests).toBe(0);
  expect(result.errors).toBeGreaterThanOrEqual(100);
});

test('open loop: sends everything that was planned and drops the warm-up', async () => {
  let answered = 0;
  const { target, server } = await serve((response) => {
    answered += 1;
    response.end('ok');
  });
  running = server;
  const result = await openLoop(target, { ...open, warmupSeconds: 0.2, seconds: 0.3 });
  const planned = arrivalTimes(200, 0.5, 7);
  expect(answered).toBe(planned.length);
  expect(result.requests).toBe(planned.filter((time) => time >= 200).length);
  expect(result.unfinished).toBe(0);
});

test('open loop: a stall is charged to every request that was due meanwhile', async () => {
  const { target, server } = await serve((response, _, count) => {
    if (count > 0) response.end('ok');
    else setTimeout(() => response.end('ok'), 400);
  });
  running = server;
  const result = await openLoop(target, { ...open, connections: 1 });
  // One connection, blocked for 400 ms by its first request: who was due in the first half waits at least half of it.
  const due = arrivalTimes(open.ratePerSecond, open.seconds, open.seed);
  const firstSent = due[0]!;
  const late = due.filter((time) => time < firstSent + 150).length;
  const latency = Histogram.fromCounts(result.latency);
  const percent = 100 * (1 - late / latency.total);
  expect(late).toBeGreaterThan(10);
  expect(latency.percentileMs(percent + 1)).toBeGreaterThan(200);
});

test('open loop: a request that is never answered counts with its age', async () => {
  const { target, server } = await serve((response, _, count) => {
    if (count > 0) response.end('ok');
  });
  running = server;
  const result = await openLoop(target, { ...open, drainSeconds: 0.2 });
  expect(result.unfinished).toBe(1);
  expect(Histogram.fromCounts(result.latency).percentileMs(100)).toBeGreaterThan(200);
});

test('arrivals: the same for the same seed, ascending, at the rate on average', () => {
  const times = arrivalTimes(1000, 20, 1);
  expect(arrivalTimes(1000, 20, 1)).toEqual(times);
  expect(arrivalTimes(1000, 20, 2)).not.toEqual(times);
  expect([...times].every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
  expect(times.length).toBeGreaterThan(19_000);
  expect(times.length).toBeLessThan(21_000);
});
