import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { IMAGE } from './support/synthesize';

const ROOT = path.resolve(__dirname, '../..');

interface Resources {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
}

let template: Resources;
beforeAll(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/gcp-endpoint/main.ts'],
      { cwd: ROOT, env: { ...process.env, CDKTF_OUTDIR: directory, RUNTIME_IMAGE: IMAGE } },
    );
    const stack = path.join(directory, 'stacks/diabetes');
    template = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8')) as Resources;
    // The archive lies where the template says it is.
    for (const object of Object.values(template.resource['google_storage_bucket_object']!)) {
      expect(existsSync(path.join(stack, String(object['source'])))).toBe(true);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);

test('the example is what was reviewed', () => {
  expect(reviewed(template)).toMatchSnapshot();
});

/** Without hashes of the model, and without the dashboard, which has a test of its own. */
function reviewed({ resource }: Resources): unknown {
  const { google_monitoring_dashboard: dashboards, ...others } = resource;
  expect(Object.keys(dashboards!)).toHaveLength(1);
  const text = JSON.stringify(maskHashes(others), (key, value: unknown) =>
    key === '//' ? undefined : value,
  );
  return JSON.parse(text.replace(/Model-[0-9a-f]{16}/g, 'Model-<digest>'));
}
