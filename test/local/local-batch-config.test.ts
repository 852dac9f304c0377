import { toAppJob } from '../../lib/local/batch/app-job';
import { localBatchConfig } from '../../lib/local/batch/local-batch-config';
import { fakeJob } from '../support/batch';

test.each([
  ['error', 'info'],
  ['silent', 'info'],
  ['debug', 'debug'],
] as const)('with the log level %s it is %s here, where somebody looks at the progress', (level, here) => {
  const { plan, runtimeConfig } = fakeJob();
  const job = toAppJob({
    platform: 'kubernetes',
    plan,
    runtimeConfig: { ...runtimeConfig, logging: { level } },
  });
  expect(localBatchConfig(job, 1).logging).toEqual({ level: here });
});
