import type { LocalEvent } from './local-deployment';
import type { EndpointStatus, ReplicaStatus } from './local-endpoint';
import { modelLine, type Progress, rolloutEvent, type Terminal, trafficLine } from './progress';
import { type EndpointRollout, gateLine, rolloutLine } from './rollouts';

const COLOURS: Readonly<Record<string, number>> = {
  ready: 32,
  starting: 33,
  restarting: 33,
  'crash-looping': 31,
};
const DEFAULT_COLUMNS = 80;

/** A block at the end of the terminal that is drawn anew; what is worth keeping scrolls past above it. */
export class ScreenProgress implements Progress {
  private drawn = 0;
  private last = '';

  constructor(
    private readonly terminal: Terminal,
    private readonly colours: boolean,
  ) {}

  event(event: LocalEvent): void {
    if (event.type === 'rollout') {
      this.note(rolloutEvent(event));
      return;
    }
    const who = `${event.endpoint} replica ${event.replica}`;
    if (event.type === 'log') this.note(`${who} | ${event.line}`);
    else if (event.failure !== undefined) this.note(`${who} ${event.state}: it ${event.failure}`);
  }

  started(): void {}

  tick(status: readonly EndpointStatus[]): void {
    const columns = this.terminal.columns ?? DEFAULT_COLUMNS;
    // A line that wraps would spoil the count of lines to go back over.
    const lines = [...status.flatMap((endpoint) => this.block(endpoint)), 'Ctrl-C drains and stops.'];
    const text = lines.map((line) => `${this.cut(line, columns - 1)}\n`).join('');
    if (text === this.last) return;
    this.terminal.write(`${this.erase()}${text}`);
    this.drawn = lines.length;
    this.last = text;
  }

  note(text: string): void {
    this.terminal.write(`${this.erase()}${text}\n`);
    this.drawn = 0;
    this.last = '';
  }

  private erase(): string {
    return this.drawn === 0 ? '' : `\x1b[${this.drawn}A\x1b[0J`;
  }

  private block(endpoint: EndpointStatus): string[] {
    return [
      `${endpoint.name}  ${endpoint.url}  ${modelLine(endpoint)}`,
      ...endpoint.replicas.map((replica) => this.replicaLine(replica)),
      `  ${trafficLine(endpoint)}`,
      ...endpoint.rollouts.flatMap(rolloutBlock),
      ...(endpoint.grpcAddress === null ? [] : [`  gRPC ${endpoint.grpcAddress}`]),
      `  metrics ${endpoint.managementUrl}/metrics`,
    ];
  }

  private replicaLine({ replica, state, pid, restarts }: ReplicaStatus): string {
    const process = pid === undefined ? '' : `  pid ${pid}`;
    const again = restarts === 0 ? '' : `  restarts ${restarts}`;
    return `  replica ${replica}  ${state.padEnd(13)}${process}${again}`;
  }

  /** Cuts what is seen, then colours the state: escapes take no column. */
  private cut(line: string, columns: number): string {
    const seen = line.length > columns ? line.slice(0, columns) : line;
    if (!this.colours) return seen;
    return seen.replace(/^( {2}replica \d+ {2})([\w-]+)/, (_, before: string, state: string) => {
      const colour = COLOURS[state];
      return colour === undefined ? `${before}${state}` : `${before}\x1b[${colour}m${state}\x1b[39m`;
    });
  }
}

const rolloutBlock = (rollout: EndpointRollout): string[] => [
  `  rollout ${rolloutLine(rollout)}`,
  ...rollout.gates.map((gate) => `    ${gateLine(gate)}`),
];
