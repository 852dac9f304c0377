import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { ProviderName } from './provider-package';
import type { TerraformSchemas } from './terraform-schema';

/** Where terraform keeps providers that were downloaded before. */
function mirrors(): string[] {
  const home = homedir();
  const places = [
    process.env.TF_PLUGIN_CACHE_DIR,
    path.join(home, '.terraform.d/plugin-cache'),
    path.join(home, '.terraform.d/plugins'),
    '/usr/local/share/terraform/plugins',
  ];
  return places.filter((place): place is string => place !== undefined && existsSync(place));
}

/**
 * The schemas of a real provider of this version, when it is on this machine; nothing is downloaded.
 * @throws when it is there and terraform cannot use it
 */
export function realSchemas(name: ProviderName, version: string): TerraformSchemas | undefined {
  const folder = path.join('registry.terraform.io/hashicorp', name, version);
  const mirror = mirrors().find((place) => existsSync(path.join(place, folder)));
  if (mirror === undefined) return undefined;
  const directory = mkdtempSync(path.join(tmpdir(), 'terraform-real-'));
  try {
    const required = { [name]: { source: `hashicorp/${name}`, version } };
    writeFileSync(
      path.join(directory, 'main.tf.json'),
      JSON.stringify({ terraform: { required_providers: required } }),
    );
    terraform(directory, 'init', '-backend=false', `-plugin-dir=${mirror}`);
    return JSON.parse(terraform(directory, 'providers', 'schema', '-json')) as TerraformSchemas;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function terraform(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('terraform', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (error !== undefined || status !== 0)
    throw new Error(`terraform ${args[0]} with the provider in place: ${error?.message ?? stderr}`);
  return stdout;
}
