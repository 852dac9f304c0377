import { RequestError } from '../errors';

/** Requests in progress, whatever protocol they came by. */
export interface InFlight {
  readonly value: number;
  add(change: number): void;
}

/** Lets requests in until the replica is full; all protocols count in one place. */
export class Admission {
  constructor(
    private readonly inFlight: InFlight,
    private readonly limit: number,
  ) {}

  /** @throws RequestError REQUEST_TOO_MANY_IN_FLIGHT */
  enter(): void {
    if (this.inFlight.value >= this.limit) {
      throw new RequestError(
        'REQUEST_TOO_MANY_IN_FLIGHT',
        `${this.limit} requests are in progress; try again.`,
        { retryAfterSeconds: 1 },
      );
    }
    this.inFlight.add(+1);
  }

  leave(): void {
    this.inFlight.add(-1);
  }
}
