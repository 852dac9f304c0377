/**
 * `test` where a tool is installed. Where it is missing the tests are skipped, except in CI: there they must have run,
 * so that it fails the suite.
 *
 * @param remedy how it is installed
 */
export function testWith(tool: string, isThere: boolean, remedy: string): jest.It {
  return canRun(tool, isThere, remedy) ? test : test.skip;
}

/** The same for `describe`. */
export function describeWith(tool: string, isThere: boolean, remedy: string): jest.Describe {
  return canRun(tool, isThere, remedy) ? describe : describe.skip;
}

function canRun(tool: string, isThere: boolean, remedy: string): boolean {
  if (!isThere && process.env['CI']) throw new Error(`${tool} is missing, and CI judges with it: ${remedy}`);
  return isThere;
}
