import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IConstruct } from 'constructs';
import { stringify } from 'yaml';
import {
  ComposeDirectory,
  ComposeFile,
  ComposeNetwork,
  ComposeSecret,
  ComposeService,
} from './compose-elements';
import type { NetworkDefinition, SecretDefinition, ServiceDefinition } from './service-definition';

/** A Compose file as an object, in the order in which it is written. */
export interface ComposeDocument {
  readonly name: string;
  readonly services: Record<string, ServiceDefinition>;
  readonly networks: Record<string, NetworkDefinition>;
  readonly volumes?: Record<string, object>;
  readonly secrets?: Record<string, SecretDefinition>;
}

/** Services and networks sorted by name: the order of creation does not matter. */
export function composeDocument(root: IConstruct, name: string): ComposeDocument {
  const all = root.node.findAll();
  const services = all.filter((element) => element instanceof ComposeService);
  const networks = all.filter((element) => element instanceof ComposeNetwork);
  const secrets = all.filter((element) => element instanceof ComposeSecret);
  const volumes = services
    .flatMap(({ definition }) => definition.volumes ?? [])
    .filter(({ type, source }) => type === 'volume' && source !== undefined)
    .map(({ source }) => source!);
  return {
    name,
    services: sorted(services.map((service) => [service.name, service.definition])),
    networks: sorted(networks.map((network) => [network.name, network.definition])),
    ...(volumes.length === 0 ? {} : { volumes: sorted(volumes.map((volume) => [volume, {}])) }),
    ...(secrets.length === 0
      ? {}
      : { secrets: sorted(secrets.map(({ name: secret, definition }) => [secret, definition])) }),
  };
}

export function renderCompose(document: ComposeDocument): string {
  // Without aliases: a person reads this.
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  return `# Written by inferstack: changes are lost at the next synthesis. ./rollout.sh brings it to the host.\n${yaml}`;
}

/**
 * Writes the project. Directories of content are written once and never removed: containers of an older version may
 * still be started from them.
 */
export function writeProject(root: IConstruct, document: ComposeDocument, outdir: string): void {
  const all = root.node.findAll();
  makeDirectory(outdir, '.');
  for (const directory of all.filter((element) => element instanceof ComposeDirectory)) {
    copyDirectory(directory, outdir);
  }
  for (const file of all.filter((element) => element instanceof ComposeFile)) {
    makeDirectory(outdir, path.posix.dirname(file.path));
    writeReadable(path.join(outdir, file.path), file.content);
  }
  // Last: what it names is there.
  writeReadable(path.join(outdir, 'compose.yaml'), renderCompose(document));
}

function copyDirectory({ path: target, source, files }: ComposeDirectory, outdir: string): void {
  const goal = path.join(outdir, target);
  if (existsSync(goal)) return;
  const draft = `${target}.partial`;
  rmSync(path.join(outdir, draft), { recursive: true, force: true });
  for (const file of files) {
    makeDirectory(outdir, path.posix.dirname(`${draft}/${file}`));
    const copy = path.join(outdir, draft, file);
    copyFileSync(path.join(source, file), copy);
    chmodSync(copy, 0o644);
  }
  renameSync(path.join(outdir, draft), goal);
}

/** Containers run as users of their own, so what they read is readable by all, whatever the umask says. */
function makeDirectory(outdir: string, directory: string): void {
  let full = path.resolve(outdir);
  const steps = directory.split('/').filter((step) => step !== '.');
  mkdirSync(path.join(full, directory), { recursive: true });
  for (const step of steps) {
    full = path.join(full, step);
    chmodSync(full, 0o755);
  }
}

function writeReadable(file: string, content: string): void {
  const draft = `${file}.partial`;
  writeFileSync(draft, content);
  chmodSync(draft, file.endsWith('.sh') ? 0o755 : 0o644);
  renameSync(draft, file);
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
