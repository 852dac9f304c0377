import type { EndpointPlan } from '../core';

/** What watches a rollout, and how long it takes at least until it can ring. */
export type LookBack = readonly [name: string, seconds: number];

/** The alarms of the monitoring. */
export function alarmWindows({ monitoring }: EndpointPlan): LookBack[] {
  const { errors, latency } = monitoring;
  return [
    ...(errors === null ? [] : [['monitoring.errors', errors.windowSeconds] as const]),
    ...(latency === null ? [] : [['monitoring.latency', latency.windowSeconds] as const]),
  ];
}

/** The gates: as many windows as fail them. */
export function gateWindows({ rollout }: EndpointPlan): LookBack[] {
  return rollout.gates.flatMap((gate) =>
    'failAfter' in gate
      ? [[`the gate ${gate.name}`, (gate.failAfter.failed * gate.windowMs) / 1000] as const]
      : [],
  );
}
