import { Exposure } from 'inferstack/gcp';
import { endpointIn, inStack, type Options, REGION, type Resource, templateOf } from './support/synthesize';

const everything: Options = {
  exposure: Exposure.internet({ domains: ['a.example.com'] }),
  access: { invokers: ['user:a@example.com'] },
  alarms: { emails: ['a@example.com'] },
};

/** What the platform tells resources of a kind apart by. */
const PHYSICAL = ['name', 'account_id', 'bucket_id'];

function physicalNames(resources: Record<string, Resource>): string[] {
  return Object.values(resources).flatMap((resource) =>
    PHYSICAL.filter((key) => typeof resource[key] === 'string').map((key) => `${key}=${resource[key]}`),
  );
}

test('two endpoints of a stack share no name', () => {
  const template = inStack((stack) => {
    endpointIn(stack, everything, {}, 'One');
    endpointIn(stack, everything, {}, 'Two');
    return templateOf(stack);
  });
  // Members of IAM have the name of what they are about.
  const types = template.types.filter((type) => !type.endsWith('_iam_member'));
  expect(types.length).toBeGreaterThan(15);
  for (const type of types) {
    const names = physicalNames(template.all(type));
    expect(new Set(names).size).toBe(names.length);
  }
});

test('long names that begin alike stay apart, and every name fits', () => {
  const name = (end: string) => `${'a'.repeat(48)}${end}`;
  const template = inStack((stack) => {
    endpointIn(stack, { ...everything, name: name('b') }, {}, 'One');
    endpointIn(stack, { ...everything, name: name('c') }, {}, 'Two');
    return templateOf(stack);
  });
  const accounts = physicalNames(template.all('google_service_account'));
  expect(new Set(accounts).size).toBe(2);
  for (const account of accounts) expect(account).toMatch(/^account_id=[a-z][a-z0-9-]{5,29}$/);
  const buckets = physicalNames(template.all('google_storage_bucket'));
  expect(new Set(buckets).size).toBe(2);
  for (const bucket of buckets) expect(bucket).toMatch(/^name=[a-z0-9-]{3,63}$/);
  for (const type of template.types.filter((found) => found.startsWith('google_compute'))) {
    for (const found of physicalNames(template.all(type)))
      expect(found).toMatch(/^name=[a-z]([a-z0-9-]{0,61}[a-z0-9])$/);
  }
});

test('a service account of a short name is long enough', () => {
  const template = inStack((stack) => {
    endpointIn(stack, { name: 'a' });
    return templateOf(stack);
  });
  expect(template.find('google_service_account')['account_id']).toBe('a-model');
});

test('the same name in two regions: nothing of the project meets', () => {
  const logs = (region: string) =>
    inStack((stack) => {
      endpointIn(stack, { region });
      return physicalNames(templateOf(stack).all('google_logging_project_sink'));
    });
  expect(logs(REGION)).not.toEqual(logs('us-east1'));
});

test('ids are a contract: another one replaces the resource', () => {
  const template = inStack((stack) => {
    endpointIn(stack, everything);
    return templateOf(stack);
  });
  const ids = Object.entries(template.json['resource'] as Record<string, Resource>).flatMap(
    ([type, resources]) =>
      Object.keys(resources).map((id) => `${type}.${id.replace(/Model-[0-9a-f]{16}_.*/, 'Model-<digest>')}`),
  );
  expect(ids.sort()).toMatchSnapshot();
});
