import assert from 'node:assert/strict';
import type { FeatureLookup } from '@inferstack/runtime/contract';
import { get, post, type Reply } from '../../runtime/support/http-client';
import { testConfig } from '../../runtime/support/packages';
import { RuntimeProcess } from '../../runtime/support/process';
import { until } from '../../runtime/support/wait';
import { lookup, row, wholeRow } from '../support/lookups';

const PATH = '/v2/models/diabetes-fields/predict';
const SERVER_START_MS = 120_000;
const KEYS: FeatureLookup['keys'] = [{ field: 'patient_id', key: 'patient_id', type: 'integer' }];

/** The real runtime in front of the real feature server, with one lookup. */
class Served {
  static async start(url: string, change: Partial<FeatureLookup>): Promise<Served> {
    const source = { type: 'feast', url, featureService: 'diabetes' } as const;
    const features = [lookup(url, { source, keys: KEYS, ...change })];
    const runtime = new RuntimeProcess(testConfig(['diabetes-fields/1'], { features }));
    const { inference, management } = await runtime.ready();
    return new Served(runtime, inference, management);
  }

  private constructor(
    private readonly runtime: RuntimeProcess,
    private readonly inference: number,
    private readonly management: number,
  ) {}

  predict(...rows: readonly object[]): Promise<Reply> {
    return post(this.inference, PATH, { rows });
  }

  async count(outcome: string): Promise<number> {
    const { text } = await get(this.management, '/metrics');
    const line = `inferstack_feature_rows_total{source="measurements",outcome="${outcome}"} `;
    return Number(text.split(line)[1]!.split('\n')[0]);
  }

  async stop(): Promise<void> {
    this.runtime.kill('SIGTERM');
    await this.runtime.exit;
  }
}

type Check = (url: string) => Promise<void>;

const CHECKS: Readonly<Record<string, Check>> = {
  'a feature service gives the same predictions as whole rows': async (url) => {
    const served = await Served.start(url, {});
    const joined = await served.predict(row(1), row(2));
    assert.equal(joined.status, 200, joined.text);
    const whole = [1, 2].map((patient) => ({ ...wholeRow(patient), patient_id: patient }));
    assert.deepEqual(joined.json, (await served.predict(...whole)).json);
    await served.stop();
  },
  'features by reference give the same': async (url) => {
    const features = ['bmi', 'bp', 's1'].map((field) => ({
      feature: `measurements:${field}`,
      field,
      default: null,
    }));
    const source = { type: 'feast', url, featureService: null } as const;
    const served = await Served.start(url, { source, features });
    const joined = await served.predict(row(1));
    assert.equal(joined.status, 200, joined.text);
    assert.deepEqual(joined.json, (await served.predict({ ...wholeRow(1), patient_id: 1 })).json);
    await served.stop();
  },
  'a value that is not there, and an entity that is not': async (url) => {
    const served = await Served.start(url, { onMissing: 'default' });
    const { json } = await served.predict(row(3), row(99));
    const flag = (field: string) => ({ field, rule: 'feature-missing', policy: 'default' });
    assert.deepEqual(json.predictions[0].flags, [flag('s1')]);
    assert.deepEqual(json.predictions[1].flags, ['bmi', 'bp', 's1'].map(flag));
    await served.stop();
  },
  'a measurement of last month is too old for a limit of a day': async (url) => {
    const served = await Served.start(url, { maxAgeSeconds: 86_400, onStale: 'keep' });
    const { json } = await served.predict(row(1), row(2));
    assert.equal(json.predictions[0].flags, undefined);
    assert.equal(json.predictions[1].flags[0].rule, 'feature-stale');
    assert.equal(await served.count('stale'), 1);
    await served.stop();
  },
  'what is cached is not asked for again': async (url) => {
    const served = await Served.start(url, { cache: { ttlMs: 60_000, maxEntries: 9, maxBytes: 100_000 } });
    for (let i = 0; i < 3; i++) assert.equal((await served.predict(row(1))).status, 200);
    assert.deepEqual([await served.count('miss'), await served.count('hit')], [1, 2]);
    await served.stop();
  },
  'a feature service that is not there is the fault of the store': async (url) => {
    const source = { type: 'feast', url, featureService: 'nowhere' } as const;
    const served = await Served.start(url, { source });
    const { status, json } = await served.predict(row(1));
    assert.deepEqual([status, json.code], [503, 'FEATURES_UNAVAILABLE']);
    await served.stop();
  },
};

async function main(url: string): Promise<void> {
  await until(
    () =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    SERVER_START_MS,
  );
  for (const [name, check] of Object.entries(CHECKS)) {
    await check(url);
    process.stdout.write(`ok  ${name}\n`);
  }
}

void main(process.argv[2]!);
