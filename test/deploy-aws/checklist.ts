import { isDeepStrictEqual } from 'node:util';

/** Runs steps one after another, counts what held, and goes on after a check that did not. */
export class Checklist {
  private passed = 0;
  private failed = 0;

  /** A step that throws counts as failed, and ends the run. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    console.log(`\n== ${name}`);
    try {
      return await work();
    } catch (error) {
      this.report(false, name, error instanceof Error ? error.message : String(error));
      throw new StepFailed();
    } finally {
      console.log(`   ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  }

  equal(what: string, actual: unknown, expected: unknown): void {
    const difference = `got      ${JSON.stringify(actual)}\nexpected ${JSON.stringify(expected)}`;
    this.report(isDeepStrictEqual(actual, expected), what, difference);
  }

  holds(what: string, condition: boolean, otherwise: string): void {
    this.report(condition, what, otherwise);
  }

  /** The last line, and the exit code. */
  finish(): number {
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }

  private report(ok: boolean, what: string, otherwise: string): void {
    console.log(ok ? `   ok ${what}` : `   NOT OK ${what}\n${otherwise.replace(/^/gm, '      ')}`);
    if (ok) this.passed += 1;
    else this.failed += 1;
  }
}

/** Already reported. */
export class StepFailed extends Error {}
