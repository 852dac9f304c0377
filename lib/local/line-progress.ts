import type { LocalEvent } from './local-deployment';
import type { EndpointStatus } from './local-endpoint';
import { modelLine, type Progress, rolloutEvent, type Terminal, trafficLine } from './progress';
import { gateLine, rolloutLine } from './rollouts';

const TRAFFIC_INTERVAL_MS = 10_000;

/** Plain lines, for pipes and log files. */
export class LineProgress implements Progress {
  private nextTraffic = 0;
  private readonly requestsTold = new Map<string, number>();

  constructor(private readonly terminal: Terminal) {}

  event(event: LocalEvent): void {
    if (event.type === 'rollout') {
      this.line(rolloutEvent(event));
      return;
    }
    const who = `${event.endpoint} replica ${event.replica}`;
    this.line(event.type === 'log' ? `${who} | ${event.line}` : `${who} ${describeChange(event)}`);
  }

  started(status: readonly EndpointStatus[]): void {
    for (const endpoint of status) {
      this.line(`${endpoint.name} ready at ${endpoint.url}  ${modelLine(endpoint)}`);
      if (endpoint.grpcAddress !== null) this.line(`${endpoint.name} gRPC at ${endpoint.grpcAddress}`);
      this.line(`${endpoint.name} metrics at ${endpoint.managementUrl}/metrics`);
    }
  }

  /** Only when there was traffic: a quiet endpoint fills no log. */
  tick(status: readonly EndpointStatus[]): void {
    if (performance.now() < this.nextTraffic) return;
    this.nextTraffic = performance.now() + TRAFFIC_INTERVAL_MS;
    for (const endpoint of status) {
      const { requests } = endpoint.requests;
      if (requests !== (this.requestsTold.get(endpoint.name) ?? 0)) this.traffic(endpoint);
      this.requestsTold.set(endpoint.name, requests);
    }
  }

  private traffic(endpoint: EndpointStatus): void {
    this.line(`${endpoint.name} ${trafficLine(endpoint)}`);
    for (const rollout of endpoint.rollouts) {
      this.line(`${endpoint.name} rollout ${rolloutLine(rollout)}`);
      for (const gate of rollout.gates) this.line(`${endpoint.name} gate ${gateLine(gate)}`);
    }
  }

  note(text: string): void {
    this.line(text);
  }

  private line(text: string): void {
    this.terminal.write(`${text}\n`);
  }
}

function describeChange({ state, pid, failure }: Extract<LocalEvent, { type: 'replica' }>): string {
  return `${state}${pid === undefined ? '' : ` (pid ${pid})`}${failure === undefined ? '' : `: it ${failure}`}`;
}
