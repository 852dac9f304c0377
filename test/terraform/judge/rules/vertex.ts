import { isObject } from '../value';
import { pattern, type Rule, relation } from './rule';

const TYPE = 'google_vertex_ai_endpoint';
const DOCS =
  'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/vertex_ai_endpoint';
const REST = 'https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints';

/** An endpoint is reached one way: https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type */
const oneWay = relation({
  id: `${TYPE}.one-way`,
  types: [TYPE],
  source: `${DOCS}#network`,
  check: (config) => {
    const connect = Array.isArray(config['private_service_connect_config'])
      ? config['private_service_connect_config'].filter(isObject)
      : [];
    const ways = [
      config['dedicated_endpoint_enabled'] === true,
      typeof config['network'] === 'string',
      connect.length > 0,
    ].filter(Boolean).length;
    return ways > 1
      ? [{ path: ['private_service_connect_config'], message: 'one of network, dedicated name and PSC' }]
      : [];
  },
  faults: [{ dedicated_endpoint_enabled: true }, { network: 'projects/123/global/networks/models' }],
  edges: [{ private_service_connect_config: undefined, dedicated_endpoint_enabled: true }],
});

export const vertexRules: readonly Rule[] = [
  pattern({ types: [TYPE], argument: 'name', source: `${DOCS}#name` }, /^[1-9]\d{0,9}$/, {
    good: ['1', '9999999999'],
    bad: ['0123', '12345678901', 'credit-risk'],
  }),
  pattern({ types: [TYPE], argument: 'display_name', source: `${DOCS}#display_name` }, /^[\s\S]{1,128}$/, {
    good: ['a', 'a'.repeat(128)],
    bad: ['', 'a'.repeat(129)],
  }),
  pattern(
    { types: [TYPE], argument: 'encryption_spec.kms_key_name', source: `${REST}#EncryptionSpec` },
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    { good: ['projects/p/locations/l/keyRings/r/cryptoKeys/k'], bad: ['k', 'projects/p/cryptoKeys/k'] },
  ),
  oneWay,
];
