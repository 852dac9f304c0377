/**
 * One synthesis in a process of its own: `synth-terraform-app.ts azure|gcp library|bare <endpoints> [template]`. The
 * template, resources that the library made, is what `bare` makes again; `template` as variant prints it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { EndpointTarget } from 'inferstack';

const MODEL = path.resolve(__dirname, '../../examples/models/breast-cancer/1');
const IMAGE = `europe-docker.pkg.dev/serving/inferstack/runtime@sha256:${'a'.repeat(64)}`;
const [platform, variant, count] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const PROVIDERS: Record<string, string> = { azure: 'azurerm', gcp: 'google' };
const provider = PROVIDERS[platform]!;

type Resources = Record<string, Record<string, Record<string, unknown>>>;
type Create = (scope: Construct) => void;

function main(): void {
  if (variant === 'template') {
    console.log(JSON.stringify(synthesized(library(), 1)));
    return;
  }
  const started = process.cpuUsage();
  const resources = synthesized(variant === 'bare' ? bare() : library(), count);
  const { user, system } = process.cpuUsage(started);
  console.log(
    JSON.stringify({
      cpuMs: (user + system) / 1000,
      maxRssMiB: process.resourceUsage().maxRSS / 1024,
      resources: Object.values(resources).reduce((sum, byId) => sum + Object.keys(byId).length, 0),
    }),
  );
}

function synthesized(create: Create, endpoints: number): Resources {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synth-terraform-'));
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'Serving');
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  const { [PROVIDER_CLASS[platform]!]: Provider } = require(`@cdktf/provider-${provider}/lib/provider`);
  new Provider(
    stack,
    'Provider',
    platform === 'azure' ? { features: [{}], storageUseAzuread: true } : { project: 'p' },
  );
  for (let i = 0; i < endpoints; i++) create(new Construct(stack, `Endpoint${i}`));
  app.synth();
  const { resource } = JSON.parse(readFileSync(path.join(outdir, 'stacks/Serving/cdk.tf.json'), 'utf8'));
  rmSync(outdir, { recursive: true });
  return resource;
}

const PROVIDER_CLASS: Record<string, string> = { azure: 'AzurermProvider', gcp: 'GoogleProvider' };

/** The same resources with the provider's own classes, their arguments ready. */
function bare(): Create {
  const template = JSON.parse(readFileSync(process.argv[5]!, 'utf8')) as Resources;
  const made = Object.entries(template).flatMap(([type, byId]) => {
    const name = type.replace(`${provider}_`, '');
    const module = require(`@cdktf/provider-${provider}/lib/${name.replaceAll('_', '-')}`);
    const Class = Object.values(module).find(
      (exported) => (exported as { tfResourceType?: string }).tfResourceType === type,
    ) as new (
      scope: Construct,
      id: string,
      config: object,
    ) => Construct;
    return Object.entries(byId).map(([id, config]) => ({ Class, id, config: camelCased(config) as object }));
  });
  return (scope) => {
    for (const { Class, id, config } of made) new Class(scope, id, config);
  };
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//' && key !== 'depends_on')
      .map(([key, child]) => [
        key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase()),
        camelCased(child),
      ]),
  );
}

function library(): Create {
  const { ModelEndpoint, ModelSource, RuntimeImage } = require('inferstack') as typeof import('inferstack');
  return (scope) => {
    new ModelEndpoint(scope, 'Endpoint', {
      model: ModelSource.fromDirectory(MODEL),
      target: target(),
      runtime: { image: RuntimeImage.fromRegistry(IMAGE) },
    });
  };
}

function target(): EndpointTarget<unknown> {
  if (platform === 'azure') {
    const { ContainerAppEndpoint } = require('inferstack/azure') as typeof import('inferstack/azure');
    return new ContainerAppEndpoint({ location: 'westeurope' });
  }
  const { CloudRunEndpoint } = require('inferstack/gcp') as typeof import('inferstack/gcp');
  return new CloudRunEndpoint({ project: 'serving', region: 'europe-west1' });
}

main();
