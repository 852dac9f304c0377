import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { type TerraformStack, TerraformVariable } from 'cdktf';
import { ModelEndpoint, RuntimeImage } from 'inferstack';
import { CloudRunEndpoint, Exposure, ModelBucket } from 'inferstack/gcp';
import { bindPlan, endpointIn, exampleModel, inStack, planOf, templateOf } from './support/synthesize';

const variable = (stack: TerraformStack, id: string) => new TerraformVariable(stack, id, { type: 'string' });

test('what is known only at deployment works in every option', () => {
  const template = inStack((stack) => {
    const text = (id: string): string => variable(stack, id).stringValue;
    const account = new ServiceAccount(stack, 'Mine', { accountId: 'mine-account' });
    const bucket = new StorageBucket(stack, 'Models', { name: 'all-models', location: 'EU' });
    new ModelEndpoint(stack, 'Endpoint', {
      model: exampleModel(),
      target: new CloudRunEndpoint({
        project: text('project'),
        region: text('region'),
        modelBucket: ModelBucket.existing(bucket.name),
        exposure: Exposure.internet({
          domains: [text('domain')],
          certificates: [text('certificate')],
          dnsZone: text('zone'),
        }),
        access: { invokers: [account.member], serviceAccount: account.email },
        network: { network: text('network'), subnetwork: text('subnetwork') },
        alarms: { emails: [text('email')], channels: [text('channel')] },
        labels: { team: text('team') },
      }),
      monitoring: { runbookUrl: text('runbook') },
      runtime: { image: RuntimeImage.fromRegistry(text('image')) },
    });
    return templateOf(stack);
  });
  const text = JSON.stringify(template.json);
  expect(text).not.toMatch(/TfToken|TOKEN/);
  for (const name of Object.keys(template.json['variable'])) expect(text).toContain(`\${var.${name}}`);
  const service = template.find('google_cloud_run_v2_service');
  expect(service).toMatchObject({ project: '${var.project}', location: '${var.region}' });
  expect(service['template'].containers[0].image).toBe('${var.image}');
  expect(service['template'].containers[0].env[0].value).toContain(
    'gs://${google_storage_bucket.Models.name}/inferstack/${var.region}/',
  );
});

test('ids and names made from placeholders are the same in every synthesis', () => {
  const [alone, later] = [0, 5].map((others) =>
    inStack((stack) => {
      for (let i = 0; i < others; i++) variable(stack, `other${i}`).stringValue;
      const domains = [variable(stack, 'domain').stringValue];
      endpointIn(stack, {
        exposure: Exposure.internet({ domains, dnsZone: 'zone' }),
        access: { invokers: [`user:${variable(stack, 'user').stringValue}`] },
        alarms: { emails: [variable(stack, 'email').stringValue] },
      });
      return templateOf(stack).json['resource'];
    }),
  );
  expect(later).toEqual(alone);
});

test('what looks like a template of Terraform reaches the resource as it is', () => {
  const plan = planOf();
  const name = 'a${file("/etc/passwd")}%{if true}b%{endif}';
  const manifest = { ...plan.models[0].manifest, name, version: '${1}' };
  const monitoring = { ...plan.monitoring, runbookUrl: 'https://a.example.com/${path.cwd}' };
  const template = bindPlan({ ...plan, models: [{ ...plan.models[0], manifest }] as const, monitoring });
  const { '//': _, terraform: __, ...others } = template.json;
  const text = JSON.stringify(others);
  expect(text).toContain('a$${file(');
  expect(text).toContain('/$${path.cwd}');
  // Nothing but references to resources is left alive.
  const alive = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, expression]) => expression!);
  expect(alive.length).toBeGreaterThan(5);
  for (const expression of alive)
    expect(expression).toMatch(/^(data\.)?google_[a-z0-9_]+\.Endpoint_|^google_[a-z0-9_]+\.[A-Z]/);
  expect(text).not.toMatch(/(?<!%)%\{/);
});

test('a number known only at deployment is refused, since it goes into documents', () => {
  const plan = planOf();
  const number = -1.8881545897087626e289;
  const given = { ...plan, runtime: { ...plan.runtime, maxInFlight: number } };
  expect(() => bindPlan(given)).toThrow(/GCP_TOKEN.*runtime\.maxInFlight/s);
});
