import { soundConfiguration } from './faults/seed';
import { type BlockSchema, countBlock, Nesting } from './judge/block-schema';
import { ProviderPackage } from './judge/provider-package';
import { ProviderServer } from './judge/provider-server';
import { Workspace } from './judge/terraform';
import { fromTerraform, schemaDifferences, type TerraformSchemas } from './judge/terraform-schema';
import { usedTypes } from './judge/used-types';
import { describeWithTerraform } from './support/with-terraform';

const azurerm = new ProviderPackage('azurerm');
const google = new ProviderPackage('google');

describe('schemas rebuilt from the npm packages', () => {
  const used = { resources: ['azurerm_container_app'], dataSources: ['azurerm_client_config'] };
  const app = azurerm.schema(used).resources.get('azurerm_container_app')!;

  // As the provider declares them:
  // https://github.com/hashicorp/terraform-provider-azurerm/blob/v4.55.0/internal/services/containerapps
  test.each([
    ['name', 'required string'],
    ['max_inactive_revisions', 'optional number'],
    ['latest_revision_name', 'computed string'],
    ['outbound_ip_addresses', 'computed ["list","string"]'],
    ['identity.identity_ids', 'optional ["set","string"]'],
    ['template.revision_suffix', 'optional+computed string'],
    ['template.container.cpu', 'required number'],
    ['template.container.liveness_probe.path', 'optional+computed string'],
    ['template.container.ephemeral_storage', 'computed string'],
    [
      'ingress.custom_domain',
      'computed ["list",["object",{"certificate_binding_type":"string","certificate_id":"string","name":"string"}]]',
    ],
  ])('%s is %s', (place, description) => {
    expect(describeAttribute(app, place.split('.'))).toBe(description);
  });

  test.each([
    ['template', Nesting.List, 1, 1],
    ['ingress', Nesting.List, 0, 1],
    ['secret', Nesting.Set, 0, 0],
    ['timeouts', Nesting.Single, 0, 0],
  ])('block %s', (name, nesting, minItems, maxItems) => {
    expect(app.blocks.find((block) => block.name === name)).toMatchObject({ nesting, minItems, maxItems });
  });

  test.each([azurerm, google])('no argument of a type in use is left without a type', (installed) => {
    const { resources } = installed.schema(usedTypes([soundConfiguration(installed.name)]));
    expect([...resources.values()].map((block) => countBlock(block).untyped)).not.toContain(undefined);
    expect([...resources].filter(([, block]) => countBlock(block).untyped > 0)).toEqual([]);
  });

  test('the values that a documentation lists', () => {
    const run = google.schema({ resources: ['google_cloud_run_v2_service'], dataSources: [] });
    const ingress = run.resources
      .get('google_cloud_run_v2_service')!
      .attributes.find(({ name }) => name === 'ingress');
    expect(ingress?.allowed).toEqual([
      'INGRESS_TRAFFIC_ALL',
      'INGRESS_TRAFFIC_INTERNAL_ONLY',
      'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
    ]);
  });
});

describeWithTerraform('schemas as terraform got them', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.close());

  test.each([azurerm, google])('arrive as they were served', async (installed) => {
    const configuration = soundConfiguration(installed.name);
    await workspace.configure({ sound: configuration });
    const { provider_schemas: schemas } = (await workspace.schemas()) as TerraformSchemas;
    const arrived = schemas[`registry.terraform.io/hashicorp/${installed.name}`]!;
    const served = installed.schema(usedTypes([configuration]));
    expect(served.resources.size).toBeGreaterThan(5);
    for (const [type, block] of served.resources)
      expect(schemaDifferences(fromTerraform(arrived.resource_schemas![type]!.block), block)).toEqual([]);
    expect(schemaDifferences(fromTerraform(arrived.provider.block), served.provider)).toEqual([]);
  });

  test('the real schema inside terraform comes through the same way unchanged', async () => {
    await workspace.configure({ real: { resource: { terraform_data: { real: {} } } } });
    const real = (await workspace.schemas()) as TerraformSchemas;
    const data =
      real.provider_schemas['terraform.io/builtin/terraform']!.resource_schemas!['terraform_data']!;
    const block = fromTerraform(data.block);
    expect(describeAttribute(block, ['triggers_replace'])).toBe('optional dynamic');

    const copy = {
      ...google.schema({ resources: [], dataSources: [] }),
      resources: new Map([['google_data', block]]),
    };
    const server = new ProviderServer(copy);
    await server.start();
    try {
      await workspace.configure({ copy: { resource: { google_data: { copy: {} } } } });
      const { provider_schemas: schemas } = (await workspace.schemas(server)) as TerraformSchemas;
      const arrived = schemas['registry.terraform.io/hashicorp/google']!.resource_schemas!['google_data']!;
      expect(schemaDifferences(block, fromTerraform(arrived.block))).toEqual([]);
    } finally {
      server.stop();
    }
  });
});

test('a difference between schemas is told', () => {
  const { provider } = google.schema({ resources: [], dataSources: [] });
  const [first, ...others] = provider.attributes;
  const other: BlockSchema = { ...provider, attributes: [{ ...first!, type: 'number' }, ...others.slice(1)] };
  expect(schemaDifferences(provider, provider)).toEqual([]);
  expect(schemaDifferences(provider, other)).toHaveLength(2);
});

function describeAttribute(block: BlockSchema, [name, ...rest]: readonly string[]): string {
  if (rest.length > 0)
    return describeAttribute(block.blocks.find((nested) => nested.name === name)!.block, rest);
  const { type, required, optional, computed } = block.attributes.find(
    (attribute) => attribute.name === name,
  )!;
  const flags = Object.entries({ required, optional, computed }).filter(([, set]) => set);
  const text = typeof type === 'string' ? type : JSON.stringify(type);
  return `${flags.map(([flag]) => flag).join('+')} ${text}`;
}
