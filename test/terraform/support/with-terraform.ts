import { terraformVersion } from '../judge/terraform';

/**
 * Tests that need the real terraform. Where it is missing they say so and pass, except in CI, where a missing judge
 * is a failure.
 */
export function describeWithTerraform(name: string, tests: () => void): void {
  const { missing } = terraformVersion();
  if (missing === undefined) {
    describe(name, tests);
    return;
  }
  test(`${name}: not judged here`, () => {
    const message = `${missing}. Install terraform 1.11 or later to judge the Azure and Google Cloud targets.`;
    if (process.env.CI !== undefined) throw new Error(message);
    console.warn(message);
  });
}
