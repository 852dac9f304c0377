import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = path.resolve(__dirname, '../..');

interface Resources {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly output: Record<string, unknown>;
}

let template: Resources;
beforeAll(async () => {
  const directory = temporaryFolder();
  const env = { ...process.env, CDKTF_OUTDIR: directory, RUNTIME_IMAGE: undefined };
  const tsx = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
  await promisify(execFile)(process.execPath, [tsx, 'examples/azure-endpoint/main.ts'], { cwd: ROOT, env });
  const stack = path.join(directory, 'stacks/Diabetes');
  template = JSON.parse(readFileSync(path.join(stack, 'cdk.tf.json'), 'utf8')) as Resources;
  // The archive lies where the template says it is.
  for (const { source } of Object.values(template.resource['azurerm_storage_blob']!)) {
    expect(existsSync(path.join(stack, String(source)))).toBe(true);
  }
}, 60_000);

test('the example is what was reviewed', () => {
  expect(reviewed(template)).toMatchSnapshot();
});

test('the README names the output', () => {
  const readme = readFileSync(path.join(ROOT, 'examples/azure-endpoint/README.md'), 'utf8');
  const [url] = Object.keys(template.output);
  expect(readme).toContain(url);
});

/** Without hashes of the model, and without the dashboard, which has a test of its own. */
function reviewed({ resource }: Resources): unknown {
  const { azurerm_portal_dashboard: dashboards, ...others } = resource;
  expect(Object.keys(dashboards!)).toHaveLength(1);
  const text = JSON.stringify(maskHashes(others), (key, value: unknown) =>
    key === '//' ? undefined : value,
  );
  return JSON.parse(text.replace(/(Model(?:Archive)?)[0-9a-f]{16}_[0-9A-F]{8}/g, '$1<digest>'));
}
