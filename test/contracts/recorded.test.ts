import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { createLogger } from '../../runtime/src/logging';
import { ServeRole } from '../../runtime/src/serve';
import { testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { check, readCases } from './support/exchange-cases';
import { halfPlusThree, reciprocal, tagSignalSensor } from './support/models';

type Contracts = NonNullable<RuntimeConfig['contracts']>;

const SEVERAL = () => [halfPlusThree(), tagSignalSensor(), reciprocal(), 'diabetes/1'];
const ONE = () => ['diabetes/1'];
const VERTEX = {
  AIP_HTTP_PORT: '0',
  AIP_HEALTH_ROUTE: '/v1/endpoints/12/deployedModels/34',
  AIP_PREDICT_ROUTE: '/v1/endpoints/12/deployedModels/34:predict',
  AIP_STORAGE_URI: '',
};

afterAll(removeTemporaryDirectories);

describe.each<[Contracts[number], () => string[], Contracts]>([
  ['tensorflow-serving', SEVERAL, ['tensorflow-serving']],
  ['kserve-v1', SEVERAL, ['kserve-v1']],
  ['torchserve', SEVERAL, ['torchserve']],
  ['sagemaker', ONE, ['sagemaker']],
  ['mlflow', ONE, ['mlflow']],
  ['azureml', ONE, ['azureml']],
  ['vertex', ONE, ['vertex']],
])('%s answers as its documentation says', (name, models, contracts) => {
  const file = readCases(name);
  let role: ServeRole;

  beforeAll(async () => {
    const config = testConfig(models(), { contracts });
    const logger = createLogger('silent', 'test');
    role = await ServeRole.start(config, {
      logger,
      cacheDirectory: temporaryDirectory(),
      environment: VERTEX,
    });
    await role.load();
  });

  afterAll(() => role.stop());

  test('the source is named', () => {
    expect(file.contract).toBe(name);
    expect(file.source).toMatch(/^https:/);
  });

  test.each(file.cases.map((recorded) => [recorded.name, recorded] as const))('%s', async (_, recorded) => {
    await check(role.ports.inference, recorded);
  });
});
