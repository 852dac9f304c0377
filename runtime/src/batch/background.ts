/** Work that goes on beside other work: one piece at a time, in the order it was given. */
export class Background {
  private last: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;

  /**
   * Starts `work` as soon as what was started before has ended.
   *
   * @throws what that has failed with
   */
  async start(work: () => Promise<void>): Promise<void> {
    await this.last;
    this.last = work();
    // Kept until somebody asks: it is no failure that nobody looks at.
    this.last.catch((error: unknown) => {
      this.failure = { error };
    });
  }

  /** For those who are busy meanwhile, so that they need not end before they hear of it. @throws what a piece has failed with */
  throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Until nothing is left to do. @throws what a piece has failed with */
  async settled(): Promise<void> {
    await this.last;
  }
}
