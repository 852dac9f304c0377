import { CONTRACTS_OF_ONE_MODEL } from '@inferstack/runtime/contract';
import type { Platform } from 'inferstack';
import { fieldOutcomes } from './matrix';
import { endpointPlan, planWithTwoModels } from './plan';
import { targets } from './targets';

/** Tokens are numbered as they are made. */
const withoutTokens = (address: string): string => address.replace(/\$\{[^}]*\}/g, '<token>');

/** What alarms and dashboards say once there are two models, and not before. */
const TOLD_APART: Readonly<Record<Platform, readonly RegExp[]>> = {
  aws: [/digits p99/, /breast-cancer p50/],
  azure: [/by model = tostring\(line\.Model\)/, /"operator":"Include","values":\["\*"\]/],
  // Cloud Run counts requests and not what they were about: the alarm says what it covers.
  gcp: [/Models, all together: breast-cancer, digits\./],
  kubernetes: [/sum by \(namespace, model\)/, /sum by \(model, le\)/, /for \{\{ \$labels\.model \}\} fail/],
  compose: [/sum by \(model\) \(increase/, /sum by \(model, le\)/, /for \{\{ \$labels\.model \}\} fail/],
};

/** Platforms whose own contract does not say which model it means refuse a second one. */
const refusing = targets.filter((target) => fieldOutcomes(target)['models'] === 'unsupported');

test('whoever refuses several models is asked by a contract of one', () => {
  for (const { speaks = [] } of refusing) {
    expect(CONTRACTS_OF_ONE_MODEL.filter((contract) => speaks.includes(contract))).not.toEqual([]);
  }
});

const serving = targets.filter((target) => !refusing.includes(target));
const rendered = serving.map((target) => {
  const plan = planWithTwoModels(target.demands);
  const alone = target.bind(endpointPlan(target.demands));
  return [target.title, { target, plan, output: target.bind(plan), alone }] as const;
});

describe.each(rendered)('two models on %s', (_, { target, plan, output, alone }) => {
  test('each is loaded from an address of its own and held to its digest', () => {
    const { models } = output.runtimeConfig;
    expect(models.map(({ name, digest }) => [name, digest])).toEqual(
      plan.models.map(({ manifest, digest }) => [manifest.name, digest]),
    );
    const addresses = models.map(({ uri }) => uri);
    for (const address of addresses) expect(address).toMatch(/./);
    expect(new Set(addresses).size).toBe(2);
  });

  test('each is part of what is deployed', () => {
    const missing = plan.models
      .flatMap(({ digest, manifest }) => [digest, manifest.name])
      .filter((part) => !output.text.includes(part));
    expect(missing).toEqual([]);
    expect(JSON.stringify(output.platform)).not.toBe(JSON.stringify(alone.platform));
  });

  test('the first is delivered as it is alone', () => {
    const [single] = alone.runtimeConfig.models;
    const [main] = output.runtimeConfig.models;
    expect(withoutTokens(main!.uri)).toBe(withoutTokens(single!.uri));
  });

  test('a second model opens nothing and permits nothing besides', () => {
    expect(target.publicExposures(output)).toEqual([]);
    expect(target.broadPermissions(output).sort()).toEqual(Object.keys(target.unavoidable).sort());
  });

  test('alarms and dashboards tell them apart, or say what they cover', () => {
    for (const pattern of TOLD_APART[target.platform]) {
      expect(output.text).toMatch(pattern);
      expect(alone.text).not.toMatch(pattern);
    }
  });
});
