import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { fakeEndpoint, problemsOf } from '../support/endpoint';

test('contracts reach the configuration of the runtime', () => {
  const { runtimeConfig } = fakeEndpoint({ runtime: { contracts: ['kserve-v1', 'mlflow'] } });
  expect(runtimeConfig.contracts).toEqual(['kserve-v1', 'mlflow']);
  expect(parseRuntimeConfig(JSON.stringify(runtimeConfig))).toEqual(runtimeConfig);
});

test('an endpoint that wants none has the configuration it had', () => {
  expect(Object.keys(fakeEndpoint().runtimeConfig)).not.toContain('contracts');
});

test('what the runtime would refuse is refused at synthesis', () => {
  const problems = problemsOf(() =>
    fakeEndpoint({ runtime: { contracts: ['mlflow', 'sagemaker', 'v1' as never] } }),
  );
  expect(problems.map(({ code, got }) => [code, got])).toEqual([
    ['PLAN_RUNTIME', '"v1"'],
    ['PLAN_RUNTIME', '["sagemaker","mlflow"]'],
  ]);
});
