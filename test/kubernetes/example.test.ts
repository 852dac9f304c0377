import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './support/manifest';
import { schemaErrors } from './support/strict-schema';
import { IMAGE } from './support/synthesize';

const ROOT = path.resolve(__dirname, '../..');

let output: string;
beforeAll(async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/kubernetes-endpoint/main.ts'],
      { cwd: ROOT, env: { ...process.env, CDK8S_OUTDIR: directory, RUNTIME_IMAGE: IMAGE } },
    );
    expect(readdirSync(directory)).toEqual(['diabetes.k8s.yaml']);
    output = readFileSync(path.join(directory, 'diabetes.k8s.yaml'), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);

const manifests = () => parseAllDocuments(output).map((document) => document.toJS() as Manifest);

test('the example fits the schemas, all of it', () => {
  expect(manifests()).toHaveLength(14);
  expect(manifests().flatMap(schemaErrors)).toEqual([]);
});

test('the example is what was reviewed', () => {
  expect(manifests().map(reviewed)).toMatchSnapshot();
});

/** Without hashes and without what other tests look into: the archive and the dashboard. */
function reviewed(manifest: Manifest): unknown {
  const { data, binaryData } = manifest;
  const shown = {
    ...manifest,
    ...(binaryData === undefined ? {} : { binaryData: Object.keys(binaryData) }),
    ...(manifest.metadata.labels?.grafana_dashboard === undefined ? {} : { data: Object.keys(data!) }),
  };
  const text = JSON.stringify(maskHashes(shown));
  return JSON.parse(text.replace(/-(model|config)-[0-9a-f]{8}"/g, '-$1-<hash>"'));
}
