import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { maskHashes } from 'inferstack/testing';

const MAIN = path.resolve(__dirname, '../../../examples/sagemaker-endpoint/main.ts');

test('examples/sagemaker-endpoint gives this template', () => {
  const out = mkdtempSync(path.join(tmpdir(), 'sagemaker-endpoint-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', MAIN], {
      env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const template = JSON.parse(readFileSync(path.join(out, 'BreastCancerSageMaker.template.json'), 'utf8'));
    expect(maskHashes(template)).toMatchSnapshot();
  } finally {
    rmSync(out, { recursive: true });
  }
}, 60_000);
