import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { exampleModel } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';

const EXAMPLE = path.resolve(__dirname, '../../examples/nightly-scoring');
const { digest } = openModelPackage(exampleModel('breast-cancer', '2'));

/** What a program of the example writes, as one text. */
function synthesized(program: string, file: string): string {
  const out = temporaryFolder();
  execFileSync(process.execPath, ['--import', 'tsx', path.join(EXAMPLE, program)], {
    env: { ...process.env, CDK_OUTDIR: out, CDKTF_OUTDIR: out, CDK8S_OUTDIR: out, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const found = (readdirSync(out, { recursive: true }) as string[]).find((name) => name.endsWith(file));
  return readFileSync(path.join(out, found!), 'utf8');
}

test.each([
  [
    'main.ts',
    'NightlyScoring.template.json',
    ['AWS::Batch::JobDefinition', 's3://clinic-measurements/daily/', 'cron(0 3 * * ? *)', 'Europe/Berlin'],
  ],
  [
    'azure.ts',
    'cdk.tf.json',
    ['azurerm_container_app_job', 'azblob://clinic/measurements/daily/', '0 2 * * *'],
  ],
  [
    'gcp.ts',
    'cdk.tf.json',
    ['google_cloud_run_v2_job', 'gs://clinic-measurements/daily/', '0 3 * * *', 'Europe/Berlin'],
  ],
  [
    'kubernetes.ts',
    'scoring.k8s.yaml',
    ['kind: CronJob', '/var/lib/inferstack/input/measurements/daily/', '0 3 * * *', 'Europe/Berlin'],
  ],
])(
  '%s deploys the one definition',
  (program, file, parts) => {
    const text = synthesized(program, file);
    for (const part of [...parts, digest, 'https://runbooks.example.com/nightly-scoring']) {
      expect(text).toContain(part);
    }
  },
  60_000,
);
