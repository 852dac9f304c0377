/** Counts whether so many of the last so many windows failed. Those that said nothing are not among them. */
export class FailedWindows {
  /** Newest last. */
  private readonly verdicts: ('pass' | 'fail')[] = [];

  constructor(private readonly rule: { readonly failed: number; readonly of: number }) {}

  add(verdict: 'pass' | 'fail'): void {
    this.verdicts.push(verdict);
    if (this.verdicts.length > this.rule.of) this.verdicts.shift();
  }

  get count(): number {
    return this.verdicts.filter((verdict) => verdict === 'fail').length;
  }

  get last(): 'pass' | 'fail' | undefined {
    return this.verdicts.at(-1);
  }

  /** Enough of them to fail the gate. */
  get tooMany(): boolean {
    return this.count >= this.rule.failed;
  }
}
