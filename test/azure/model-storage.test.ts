import { configOf, exampleModel, synthesize } from './support/synthesize';

const DIGEST = exampleModel().bind().digest.replace('sha256:', '');

test('the package is one object, named by its digest, and the runtime gets its address', () => {
  const template = synthesize();
  expect(template.all('storage_blob')).toEqual({
    [`Model${DIGEST.slice(0, 16)}`]: expect.objectContaining({
      name: `breast-cancer/1/${DIGEST}.tar.gz`,
      type: 'Block',
      source: expect.stringContaining(DIGEST),
    }),
  });
  const [model] = configOf(template)['models'];
  expect(model).toMatchObject({ digest: `sha256:${DIGEST}` });
  expect(model.uri).toMatch(
    /^azblob:\/\/\$\{azurerm_storage_account\.\w+\.name\}\/\$\{azurerm_storage_container\.\w+\.name\}\/\$\{azurerm_storage_blob\.\w+\.name\}$/,
  );
});

test('the account has no keys, no anonymous access, old versions, and old TLS nowhere', () => {
  const template = synthesize();
  expect(template.find('storage_account')).toMatchObject({
    shared_access_key_enabled: false,
    allow_nested_items_to_be_public: false,
    default_to_oauth_authentication: true,
    local_user_enabled: false,
    cross_tenant_replication_enabled: false,
    https_traffic_only_enabled: true,
    min_tls_version: 'TLS1_2',
    account_replication_type: 'ZRS',
    blob_properties: {
      versioning_enabled: true,
      delete_retention_policy: { days: 30 },
      container_delete_retention_policy: { days: 30 },
    },
  });
  expect(template.find('storage_container')).toMatchObject({ container_access_type: 'private' });
});

test('with allowFrom only these addresses and the subnet of the replicas reach it', () => {
  const rules = (options: Parameters<typeof synthesize>[0]) =>
    synthesize(options).find('storage_account')['network_rules'];
  expect(rules({})).toBeUndefined();
  expect(rules({ modelStorage: { allowFrom: ['203.0.113.7'] } })).toEqual({
    default_action: 'Deny',
    bypass: ['None'],
    ip_rules: ['203.0.113.7'],
    virtual_network_subnet_ids: [expect.stringMatching(/^\$\{azurerm_subnet\.\w+\.id\}$/)],
  });
  expect(rules({ modelStorage: { allowFrom: [] } })).toMatchObject({ default_action: 'Deny', ip_rules: [] });
  const subnet = synthesize().find('subnet');
  expect(subnet['service_endpoints']).toEqual(['Microsoft.Storage']);
});

test('a new version adds an object beside the old one, which stays as it is', () => {
  const before = synthesize().all('storage_blob');
  const after = synthesize(
    { modelStorage: { previousModels: [exampleModel()], replication: 'GZRS' } },
    { model: exampleModel('breast-cancer', '2') },
  );
  const id = `Model${DIGEST.slice(0, 16)}`;
  expect(Object.keys(after.all('storage_blob'))).toHaveLength(2);
  expect(after.all('storage_blob')[id]).toMatchObject({
    name: before[id]!['name'],
    storage_container_name: before[id]!['storage_container_name'],
  });
  expect(configOf(after)['models'][0].version).toBe('2');
  expect(after.find('storage_account')['account_replication_type']).toBe('GZRS');
});

test('the name of the account is made of the group and the path, 24 characters, at deployment', () => {
  const { name } = synthesize().find('storage_account');
  expect(name).toMatch(
    /^st\$\{substr\(sha256\(join\("\/", \[azurerm_resource_group\.\w+\.id, "Serving\/Endpoint"\]\)\), 0, 22\)\}$/,
  );
});
