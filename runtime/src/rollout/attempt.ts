import { PartCaller, type RequestStages } from '../inference';

/** A request as the candidate sees it: over when the caller is gone, or when the candidate has had its time. */
export class Attempt extends PartCaller {
  get signal(): AbortSignal | undefined {
    return this.around.signal;
  }

  get stages(): RequestStages | undefined {
    return this.around.stages;
  }

  set rows(rows: number) {
    this.around.rows = rows;
  }
}
