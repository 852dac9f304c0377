/**
 * `test` where a tool is installed. Where it is missing the tests are skipped, except in CI: there they must have run,
 * so that it fails the suite.
 *
 * @param remedy how it is installed
 */
export function testWith(tool: string, isThere: boolean, remedy: string): jest.It {
  if (isThere) return test;
  if (process.env['CI']) throw new Error(`${tool} is missing, and CI judges with it: ${remedy}`);
  return test.skip;
}
