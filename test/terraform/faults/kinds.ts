import type { ProviderName } from '../judge/provider-package';
import type { Fault } from '../judge/rules/rule';

/** A mistake that the schema alone, or terraform itself, must notice. */
export interface Kind {
  readonly kind: string;
  readonly type: string;
  readonly fault: Fault;
  /** What terraform says of it. */
  readonly says: RegExp;
}

const AZURE = 'azurerm_container_app';
const GOOGLE = 'google_cloud_run_v2_service';

/** One mistake of each kind and more, for each provider. */
export const kinds: Readonly<Record<ProviderName, readonly Kind[]>> = {
  azurerm: [
    of('unknown argument', AZURE, { replicas: 3 }, /Extraneous JSON object property|Unsupported argument/),
    of('unknown nested argument', AZURE, { 'template.0.container.0.gpu': 1 }, /Extraneous JSON|Unsupported/),
    of('missing required argument', AZURE, { revision_mode: undefined }, /Missing required argument/),
    of('missing nested argument', AZURE, { 'template.0.container.0.image': undefined }, /Missing required/),
    of('wrong type', AZURE, { 'template.0.max_replicas': 'many' }, /Incorrect attribute value type/),
    of(
      'undeclared reference',
      AZURE,
      { name: '${azurerm_container_app.nowhere.name}' },
      /undeclared resource/,
    ),
    of(
      'unknown attribute',
      AZURE,
      { name: '${azurerm_storage_account.sound.nick}' },
      /Unsupported attribute/,
    ),
    of('missing block', AZURE, { template: undefined }, /Insufficient template blocks/),
    of(
      'missing nested block',
      AZURE,
      { 'ingress.0.traffic_weight': undefined },
      /Insufficient traffic_weight/,
    ),
    of('too many blocks', AZURE, { ingress: [{ target_port: 1 }, { target_port: 2 }] }, /Too many ingress/),
    of('read-only argument', AZURE, { location: 'westeurope' }, /\[read-only\]/),
    of('bad enum value', AZURE, { revision_mode: 'sideways' }, /\[azurerm_container_app.revision_mode\]/),
    of(
      'broken rule',
      AZURE,
      { 'ingress.0.traffic_weight.0.percentage': 11 },
      /\[azurerm_container_app.traffic-sum\]/,
    ),
  ],
  google: [
    of('unknown argument', GOOGLE, { replicas: 3 }, /Extraneous JSON object property|Unsupported argument/),
    of(
      'unknown nested argument',
      GOOGLE,
      { 'template.0.containers.0.gpu': 1 },
      /Extraneous JSON|Unsupported/,
    ),
    of('missing required argument', GOOGLE, { location: undefined }, /Missing required argument/),
    of('missing nested argument', GOOGLE, { 'template.0.containers.0.image': undefined }, /Missing required/),
    of(
      'wrong type',
      GOOGLE,
      { 'template.0.scaling.0.max_instance_count': 'many' },
      /Incorrect attribute value type/,
    ),
    of(
      'undeclared reference',
      GOOGLE,
      { name: '${google_cloud_run_v2_service.nowhere.name}' },
      /undeclared resource/,
    ),
    of('unknown attribute', GOOGLE, { name: '${google_storage_bucket.sound.nick}' }, /Unsupported attribute/),
    of('missing block', GOOGLE, { template: undefined }, /Insufficient template blocks/),
    of(
      'missing nested block',
      GOOGLE,
      { 'template.0.containers.0.startup_probe.0.grpc': [{}, {}] },
      /Too many grpc/,
    ),
    of('too many blocks', GOOGLE, { template: [{}, {}] }, /Too many template/),
    of('read-only argument', GOOGLE, { uri: 'https://example.com' }, /\[read-only\]/),
    of('bad enum value', GOOGLE, { ingress: 'sideways' }, /\[documented-values\]/),
    of('broken rule', GOOGLE, { 'traffic.0.percent': 91 }, /\[google_cloud_run_v2_service.traffic-sum\]/),
  ],
};

function of(kind: string, type: string, fault: Fault, says: RegExp): Kind {
  return { kind, type, fault, says };
}
