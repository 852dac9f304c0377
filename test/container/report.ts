/** Lines of the outcome: `ok <what> (<what was seen>)` or `FAILED <what>`, and their count at the end. */
export class Report {
  private passed = 0;
  private failed = 0;

  /** Runs one check; what it returns is shown beside its name. Whatever fails, the others still run. */
  async check(name: string, work: () => Promise<string | undefined> | string | undefined): Promise<void> {
    try {
      const seen = await work();
      this.passed += 1;
      console.log(`ok ${name}${seen === undefined ? '' : ` (${seen})`}`);
    } catch (error) {
      this.failed += 1;
      console.log(`FAILED ${name}`);
      console.error(error);
    }
  }

  /** Prints the count. Returns whether nothing failed. */
  end(): boolean {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0;
  }
}
