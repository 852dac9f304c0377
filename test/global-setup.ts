import { compileRuntime } from './support/compile-runtime';

/** Once for all suites that start the runtime as a process. */
export default function setUp(): void {
  const { folder, file } = compileRuntime();
  process.env['TEST_RUNTIME'] = file;
  process.env['TEST_RUNTIME_FOLDER'] = folder;
}
