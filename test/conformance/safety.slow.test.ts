import type { ClientContract, RuntimeConfig } from '@inferstack/runtime/contract';
import { type EndpointPlan, UnsupportedError } from 'inferstack';
import type { ConformanceTarget, Rendered } from './conformance-target';
import { FIELDS } from './fields';
import { changed, endpointPlan } from './plan';
import { targets } from './targets';

const rendered = targets.map((target) => {
  const plan = endpointPlan(target.demands);
  return [target.title, { target, plan, output: target.bind(plan) }] as const;
});

describe.each(rendered)('%s', (_, { target, plan, output }) => {
  test('nothing is reachable from the internet unless asked for', () => {
    expect(target.publicExposures(output)).toEqual([]);
  });

  test('what is asked for is reachable, so that the check above can fail', () => {
    expect(target.publicExposures(target.bind(plan, 'internet'))).not.toEqual([]);
  });

  test('no permission is broader than the platform demands', () => {
    expect(target.broadPermissions(output).sort()).toEqual(Object.keys(target.unavoidable).sort());
  });

  test('model and image are pinned by digest', () => {
    expect(output.runtimeConfig.models.map(({ digest }) => digest)).toEqual([plan.models[0].digest]);
    expect(output.text).toContain(plan.models[0].digest.replace('sha256:', ''));
    expect(output.text).toContain(`@sha256:${'a'.repeat(64)}`);
  });

  test('the same plan gives the same output, byte for byte', () => {
    expect(target.bind(plan).text).toBe(output.text);
  });

  test('credentials of who synthesizes do not get into the output', () => {
    const planted = 'planted-credential-7f3a';
    const before = { ...process.env };
    try {
      for (const name of CREDENTIALS) process.env[name] = planted;
      expect(target.bind(plan).text).not.toContain(planted);
    } finally {
      process.env = before;
    }
    expect(output.text).not.toMatch(SECRETS);
  });

  test('keys of feature stores go by reference, and nothing more may be read', () => {
    const planted = 'planted-credential-2b91';
    process.env[VARIABLE] = planted;
    try {
      const bound = boundUnlessRefused(target, changed(plan, FIELDS['runtime.features.credentials']!));
      if (bound === undefined) return;
      expect(bound.text).not.toContain(planted);
      expect(bound.text).toMatch(/feature-store/);
      const { credentials } = bound.runtimeConfig.features![0]!;
      expect(JSON.stringify(credentials)).toMatch(REFERENCE);
      expect(target.broadPermissions(bound).sort()).toEqual(Object.keys(target.unavoidable).sort());
      expect(target.publicExposures(bound)).toEqual([]);
    } finally {
      delete process.env[VARIABLE];
    }
  });
});

/** What came of it; undefined where the platform has no way to bring secrets to the runtime, and says so. */
function boundUnlessRefused(target: ConformanceTarget, plan: EndpointPlan): Rendered | undefined {
  try {
    return target.bind(plan);
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

const VARIABLE = 'INFERSTACK_SECRET_CELLS';
const REFERENCE =
  /^\{"(env":"INFERSTACK_SECRET_CELLS|file":"\/(var\/run\/inferstack|run)\/secrets\/cells)"\}$/;

/** Environment variables in which people who synthesize have secrets. */
const CREDENTIALS = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'ARM_CLIENT_SECRET',
  'AZURE_CLIENT_SECRET',
  'AZURE_STORAGE_KEY',
  'GOOGLE_CREDENTIALS',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'NPM_TOKEN',
];

/** Keys as the clouds write them, private keys, and passwords with a value. */
const SECRETS = /AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|AccountKey=|"(password|secret)":"[^"$]/i;

test('the runtime is configured alike on every target, but for addresses and what the platform speaks', () => {
  const configurations = rendered.map(([, { target, plan, output }]) =>
    withoutAddresses(withoutContracts(output.runtimeConfig, target.speaks ?? []), plan.name),
  );
  for (const configuration of configurations) expect(configuration).toBe(configurations[0]);
});

/** Without the contracts of the platform, every one of which has to be there. */
function withoutContracts(
  { contracts = [], ...config }: RuntimeConfig,
  speaks: readonly ClientContract[],
): RuntimeConfig {
  expect(contracts).toEqual(expect.arrayContaining([...speaks]));
  const others = contracts.filter((contract) => !speaks.includes(contract));
  return others.length === 0 ? config : { ...config, contracts: others };
}

/** As text, since the order of the keys is part of "byte for byte". */
function withoutAddresses(config: RuntimeConfig, name: string): string {
  const models = config.models.map((model) => ({ ...model, uri: '<address>' }));
  expect(config.endpoint).toBe(name);
  return JSON.stringify({ ...config, models, telemetry: { ...config.telemetry, emf: '<collector>' } });
}
