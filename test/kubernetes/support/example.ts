import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { maskHashes } from 'inferstack/testing';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest';
import { IMAGE } from './synthesize';

const ROOT = path.resolve(__dirname, '../../..');

/** The manifests of an example, synthesized as its README says. */
export async function synthesizeExample(name: string): Promise<readonly Manifest[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'node_modules/tsx/dist/cli.mjs'), `examples/${name}/main.ts`],
      { cwd: ROOT, env: { ...process.env, CDK8S_OUTDIR: directory, RUNTIME_IMAGE: IMAGE } },
    );
    expect(readdirSync(directory)).toEqual(['diabetes.k8s.yaml']);
    const output = readFileSync(path.join(directory, 'diabetes.k8s.yaml'), 'utf8');
    return parseAllDocuments(output).map((document) => document.toJS() as Manifest);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Without hashes and without what other tests look into: the archive and the dashboard. */
export function reviewed(manifest: Manifest): unknown {
  const { data, binaryData } = manifest;
  const shown = {
    ...manifest,
    ...(binaryData === undefined ? {} : { binaryData: Object.keys(binaryData) }),
    ...(manifest.metadata.labels?.grafana_dashboard === undefined ? {} : { data: Object.keys(data!) }),
  };
  const text = JSON.stringify(maskHashes(shown));
  return JSON.parse(text.replace(/-(model|config|runtime)-[0-9a-f]{8}"/g, '-$1-<hash>"'));
}
