import type { LocalEvent } from './local-deployment';
import type { EndpointStatus } from './local-endpoint';
import type { Progress, Terminal } from './progress';

const TRAFFIC_INTERVAL_MS = 5000;

/** One JSON object a line, for programs. */
export class JsonProgress implements Progress {
  private nextTraffic = 0;

  constructor(private readonly terminal: Terminal) {}

  event(event: LocalEvent): void {
    this.write(event);
  }

  started(status: readonly EndpointStatus[]): void {
    for (const { name, url, grpcAddress, managementUrl, models } of status) {
      this.write({ type: 'ready', endpoint: name, url, grpcAddress, managementUrl, models });
    }
  }

  tick(status: readonly EndpointStatus[]): void {
    if (performance.now() < this.nextTraffic) return;
    this.nextTraffic = performance.now() + TRAFFIC_INTERVAL_MS;
    for (const { name, requests, rollouts } of status) {
      this.write({ type: 'traffic', endpoint: name, ...requests, ...(rollouts.length > 0 && { rollouts }) });
    }
  }

  note(text: string): void {
    this.write({ type: 'note', text });
  }

  private write(value: object): void {
    this.terminal.write(`${JSON.stringify(value)}\n`);
  }
}
