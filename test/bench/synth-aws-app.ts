/** One synthesis in a process of its own: `synth-aws-app.ts library|bare <stacks>`. Prints its figures as JSON. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';

const ROOT = path.resolve(__dirname, '../..');
const MODEL = path.join(ROOT, 'examples/models/breast-cancer/2');
const IMAGE = `registry.example.com/runtime@sha256:${'a'.repeat(64)}`;
const [variant, count] = [process.argv[2], Number(process.argv[3])];

function main(): void {
  const started = performance.now();
  const startedCpu = process.cpuUsage();
  const create = variant === 'bare' ? bare() : library();
  const outdir = mkdtempSync(path.join(tmpdir(), 'synth-aws-'));
  const app = new App({ outdir });
  for (let i = 0; i < count; i++) {
    const stack = new Stack(app, `Stack${i}`);
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a', 'b'],
      privateSubnetIds: ['subnet-a', 'subnet-b'],
    });
    create(stack, vpc);
  }
  app.synth();
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(startedCpu);
  const resources = readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => Object.keys(JSON.parse(readFileSync(path.join(outdir, file), 'utf8')).Resources).length);
  rmSync(outdir, { recursive: true });
  const maxRssMiB = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify({
      milliseconds,
      cpuMs: (user + system) / 1000,
      maxRssMiB,
      resourcesPerStack: resources[0],
    }),
  );
}

type Create = (stack: Stack, vpc: ReturnType<typeof Vpc.fromVpcAttributes>) => void;

// Loaded on demand: neither variant pays for the other's modules.
function bare(): Create {
  const { bareEndpoint } = require('./bare-aws') as typeof import('./bare-aws');
  return (stack, vpc) => bareEndpoint(stack, vpc, path.join(MODEL, 'model.onnx'), IMAGE);
}

function library(): Create {
  const { ModelEndpoint, ModelSource, RuntimeImage } = require('inferstack') as typeof import('inferstack');
  const { FargateEndpoint } = require('inferstack/aws') as typeof import('inferstack/aws');
  return (stack, vpc) => {
    new ModelEndpoint(stack, 'Endpoint', {
      model: ModelSource.fromDirectory(MODEL),
      target: new FargateEndpoint({ vpc }),
      scaling: { requestsPerReplica: 50 },
      runtime: { image: RuntimeImage.fromRegistry(IMAGE) },
    });
  };
}

main();
