import { type AdapterConfig, CONTRACT_HEADS, parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Adapter, Duration } from 'inferstack';
import { toAppEndpoint } from '../../lib/local/app-endpoint';
import { LocalDeployment } from '../../lib/local/local-deployment';
import { contractList } from '../../runtime/src/protocols/contracts/contract-list';
import { vertexRoutes } from '../../runtime/src/protocols/contracts/vertex-environment';
import { runtime } from '../local/support/local-runtime';
import { sampleRow } from '../runtime/support/packages';
import { fakeEndpoint, problemsOf } from '../support/endpoint';

const endpointOf = (...adapters: Adapter[]) => fakeEndpoint({ runtime: { adapters } });
const problems = (...adapters: Adapter[]) =>
  problemsOf(() => endpointOf(...adapters)).map(({ code, at, got }) => `${code} ${at.split(': ')[1]} ${got}`);

test('adapters reach the configuration of the runtime, every default resolved', () => {
  const { runtimeConfig } = endpointOf(
    Adapter.json({ path: '/legacy/score' }),
    Adapter.form({ path: '/legacy/form', methods: ['GET'] }),
    Adapter.csv({ path: '/legacy/csv', request: { delimiter: ';', decimal: ',' } }),
    Adapter.fixedWidth({
      path: '/legacy/fixed',
      request: {
        columns: [
          { name: 'mean radius', type: 'number', length: 6 },
          { name: 'x', length: 4, start: 9 },
        ],
      },
      response: { format: 'fixed-width', columns: [{ name: 'label', length: 9 }] },
      mapTimeout: Duration.millis(50),
    }),
    Adapter.xml({ path: '/legacy/xml', request: { rows: 'Batch/Row' } }),
    Adapter.soap({ path: '/legacy/soap', request: { operation: 'Score', namespace: 'urn:scoring' } }),
  );
  expect(parseRuntimeConfig(JSON.stringify(runtimeConfig))).toEqual(runtimeConfig);
  const facts = ({ name, model, request, response, errors }: AdapterConfig) =>
    [name, model, request.format, response.body.format, errors.body.format].join(' ');
  expect(runtimeConfig.adapters!.map(facts)).toEqual([
    'legacy-score breast-cancer json json json',
    'legacy-form breast-cancer form-urlencoded json json',
    'legacy-csv breast-cancer csv csv text',
    'legacy-fixed breast-cancer fixed-width fixed-width text',
    'legacy-xml breast-cancer xml xml xml',
    'legacy-soap breast-cancer soap soap soap',
  ]);
  expect(runtimeConfig.adapters![2]!.response.body).toMatchObject({ delimiter: ';', decimal: ',' });
  expect(runtimeConfig.adapters![3]).toMatchObject({
    mapTimeoutMs: 50,
    request: {
      recordLength: 12,
      columns: [
        { start: 1, pad: '0' },
        { start: 9, pad: ' ' },
      ],
    },
  });
  expect(runtimeConfig.adapters![5]!.response.body).toMatchObject({ operation: 'ScoreResponse' });
});

test('an endpoint that wants none has the configuration it had', () => {
  expect(Object.keys(fakeEndpoint().runtimeConfig)).not.toContain('adapters');
});

test('what the runtime would refuse is refused at synthesis', () => {
  expect(
    problems(
      Adapter.json({ path: '/v2/models', request: { map: '{"a": ' } }),
      Adapter.json({ path: '/legacy', name: 'a' }),
      Adapter.csv({ path: '/legacy', name: 'b', methods: ['GET'] }),
      Adapter.xml({ path: '/xml', request: {} }),
      Adapter.json({ path: '/soap', response: { format: 'soap' } }),
    ),
  ).toEqual([
    'ADAPTER_PATH runtime.adapters[0].path /v2/models',
    'ADAPTER_EXPRESSION runtime.adapters[0].request.map "{\\"a\\": "',
    'ADAPTER_PATH runtime.adapters[2].path /legacy',
    'ADAPTER_INVALID runtime.adapters[2].methods ["GET"]',
    'ADAPTER_INVALID runtime.adapters[3].request.rows null',
    'ADAPTER_INVALID runtime.adapters[4].response.body "soap"',
    'ADAPTER_INVALID runtime.adapters[4].errors.body "soap"',
  ]);
  expect(problems(Adapter.json({ path: 'legacy', name: 'A', mapTimeout: Duration.millis(0) }))).toEqual([
    'ADAPTER_INVALID runtime.adapters[0].name "A"',
    'ADAPTER_INVALID runtime.adapters[0].path "legacy"',
    'ADAPTER_INVALID runtime.adapters[0].mapTimeoutMs 0',
  ]);
});

test('columns of a record must fit', () => {
  const fixed = (...columns: Parameters<typeof Adapter.fixedWidth>[0]['request']['columns']) =>
    problems(
      Adapter.fixedWidth({
        path: '/f',
        request: { columns, recordLength: 10 },
        response: { format: 'json' },
      }),
    );
  expect(fixed({ name: 'a', length: 4 }, { name: 'b', length: 4, start: 4 })).toEqual([
    'ADAPTER_INVALID runtime.adapters[0].request.columns[1] 4',
  ]);
  expect(fixed({ name: 'a', length: 11 }, { name: 'a', length: 1, start: 1 })).toHaveLength(3);
  expect(fixed({ name: 'a', length: 3, type: 'number', decimals: 2, point: '.' })).toHaveLength(1);
});

test('the paths of contracts are those of their routes', () => {
  const contracts = contractList(
    new Set(['vertex', 'tensorflow-serving', 'kserve-v1', 'sagemaker', 'torchserve', 'mlflow', 'azureml']),
    vertexRoutes({}),
  );
  for (const { name, entries } of contracts) {
    const heads = new Set(entries.map((entry) => entry.path.split('/')[1]!));
    expect([name, [...heads].sort()]).toEqual([name, [...CONTRACT_HEADS[name]].sort()]);
    const taken = problemsOf(() =>
      fakeEndpoint({
        runtime: {
          contracts: [name],
          adapters: [...heads]
            .filter((head) => head !== '')
            .map((head) => Adapter.json({ path: `/${head}/x`, name: `a-${head}` })),
        },
      }),
    );
    expect(taken.every(({ code }) => code === 'ADAPTER_PATH')).toBe(true);
  }
});

test('an endpoint on this machine answers callers of an old system through its balancer', async () => {
  const { runtimeConfig, plan } = endpointOf(
    Adapter.csv({
      path: '/legacy/score.csv',
      request: { header: false },
      response: { format: 'csv', columns: ['label', 'decision'], header: false },
    }),
  );
  const app = toAppEndpoint({ platform: 'aws', plan, runtimeConfig });
  const deployment = new LocalDeployment([app], { port: 0, replicas: 1, runtime });
  try {
    await deployment.start();
    const { url } = deployment.endpoints[0]!;
    const body = Object.values(sampleRow('breast-cancer/1')).join(',');
    const reply = await fetch(`${url}/legacy/score.csv`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/csv' },
    });
    expect([reply.status, await reply.text()]).toEqual([
      200,
      expect.stringMatching(/^(malignant,refer|benign,clear)\n$/),
    ]);
    const document = (await (await fetch(`${url}/v2/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    expect(document.paths['/legacy/score.csv']).toMatchObject({
      post: { operationId: 'adapter.legacy-score-csv', requestBody: { content: { 'text/csv': {} } } },
    });
  } finally {
    await deployment.stop();
  }
});
