import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { IMAGE, type Resource } from './synthesize';

const ROOT = path.resolve(__dirname, '../../..');

/** What an example synthesizes, with all files where the stack says they are. */
export async function synthesizeExample(
  example: string,
  stackName: string,
  files: readonly string[] = [],
): Promise<Resource> {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), `examples/${example}/main.ts`],
      { cwd: ROOT, env: { ...process.env, CDKTF_OUTDIR: directory, RUNTIME_IMAGE: IMAGE } },
    );
    const stack = path.join(directory, 'stacks', stackName);
    const template = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8')) as Resource;
    const objects: Resource[] = Object.values(template['resource']['google_storage_bucket_object']);
    for (const file of [...objects.map(({ source }) => String(source)), ...files]) {
      expect(existsSync(path.join(stack, file))).toBe(true);
    }
    return template;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Without hashes of the model, and without the dashboard, which has a test of its own. */
export function reviewed({ google_monitoring_dashboard: dashboards, ...others }: Resource): unknown {
  expect(Object.keys(dashboards)).toHaveLength(1);
  const text = JSON.stringify(maskHashes(others), (key, value: unknown) =>
    key === '//' ? undefined : value,
  );
  return JSON.parse(text.replace(/Model-[0-9a-f]{16}/g, 'Model-<digest>'));
}
