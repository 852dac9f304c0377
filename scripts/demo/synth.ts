import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';

const run = promisify(execFile);

/** An example, the variable by which its tool says where the output goes, and how the output is read. */
export interface SynthesizedExample {
  readonly name: string;
  readonly platform: string;
  readonly outVariable: string;
  /** Kinds of everything that would be created, one for each resource. */
  readonly kinds: (out: string) => string[];
}

export const SYNTHESIZED: readonly SynthesizedExample[] = [
  { name: 'aws-endpoint', platform: 'AWS', outVariable: 'CDK_OUTDIR', kinds: cloudFormationKinds },
  { name: 'azure-endpoint', platform: 'Azure', outVariable: 'CDKTF_OUTDIR', kinds: terraformKinds },
  { name: 'gcp-endpoint', platform: 'Google Cloud', outVariable: 'CDKTF_OUTDIR', kinds: terraformKinds },
  { name: 'kubernetes-endpoint', platform: 'Kubernetes', outVariable: 'CDK8S_OUTDIR', kinds: manifestKinds },
  {
    name: 'compose-endpoint',
    platform: 'Docker Compose',
    outVariable: 'INFERSTACK_COMPOSE_OUTDIR',
    kinds: composeKinds,
  },
];

/** Runs an example as its user would, with its tool's own output folder; the kinds of what it makes. */
export async function synthesizeExample(
  main: string,
  out: string,
  { outVariable, kinds }: SynthesizedExample,
): Promise<string[]> {
  rmSync(out, { recursive: true, force: true });
  // The template validator of aws-cdk-lib adds seconds to every synthesis; CI runs with it, the demo does not.
  const env = { ...process.env, [outVariable]: out, CDK_VALIDATION: 'false' };
  await run(process.execPath, ['--import', 'tsx', main], { env });
  return kinds(out);
}

function cloudFormationKinds(out: string): string[] {
  return readdirSync(out)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => {
      const { Resources } = readJson<{ Resources: Record<string, { Type: string }> }>(path.join(out, file));
      return Object.values(Resources).map((resource) => resource.Type.replace(/^AWS::/, ''));
    });
}

function terraformKinds(out: string): string[] {
  const stacks = path.join(out, 'stacks');
  return readdirSync(stacks).flatMap((stack) => {
    const { resource } = readJson<{ resource: Record<string, object> }>(
      path.join(stacks, stack, 'cdk.tf.json'),
    );
    return Object.entries(resource).flatMap(([type, byId]) =>
      Object.keys(byId).map(() => type.replace(/^(azurerm|google)_/, '')),
    );
  });
}

function manifestKinds(out: string): string[] {
  return readdirSync(out)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(path.join(out, file), 'utf8')).map((document) =>
        String(document.get('kind')),
      ),
    );
}

function composeKinds(out: string): string[] {
  const { services, networks } = parse(readFileSync(path.join(out, 'compose.yaml'), 'utf8')) as {
    services: Record<string, object>;
    networks: Record<string, object>;
  };
  return [
    ...Object.keys(services).map((name) => `service ${name}`),
    ...Object.keys(networks).map((name) => `network ${name}`),
  ];
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
