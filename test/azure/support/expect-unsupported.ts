import { UnsupportedError } from 'inferstack';
import { type Options, type Props, synthesize } from './synthesize';

/** The prop that is refused, what its remedy says, options, props. */
export type Unsupported = [prop: string, remedy: string, options?: Options, props?: Props];

/** Refused as what the platform cannot do, with the remedy: not dropped. */
export function expectUnsupported(...[prop, remedy, options, props]: Unsupported): void {
  let thrown: unknown;
  try {
    synthesize(options, props);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UnsupportedError);
  const [problem] = (thrown as UnsupportedError).problems;
  expect(problem).toMatchObject({ at: `Serving/Endpoint: ${prop}`, remedy: expect.stringContaining(remedy) });
}
