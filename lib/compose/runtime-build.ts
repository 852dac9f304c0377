import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Construct } from 'constructs';
import type { Architecture, ImagePlan } from '../core';
import type { Checker } from './checker';
import { ComposeDirectory } from './compose-elements';
import type { ServiceDefinition } from './service-definition';

/** What the image is built from. */
const SOURCES = ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist'];
const PLATFORMS: Record<Architecture, string> = { x86_64: 'linux/amd64', arm64: 'linux/arm64' };

/** Refuses to build an image from a folder in which something is missing. */
export function checkImage(check: Checker, image: ImagePlan): void {
  if (image.kind !== 'source') return;
  const missing = SOURCES.filter((source) => !existsSync(path.join(image.directory, source)));
  if (missing.length === 0) return;
  check.add('COMPOSE_RUNTIME_SOURCE', 'runtime.image', {
    what: `the folder of the runtime lacks ${missing.join(', ')}`,
    got: image.directory,
    allowed: SOURCES.join(', '),
    remedy: 'Run `npm run build` in a clone of inferstack, or use RuntimeImage.fromRegistry().',
  });
}

/**
 * The image of the replicas. From source, its build context is copied beside the Compose file, so that the output is
 * whole, and the tag stands for the content: the image that ran before is still there when a rollout goes back.
 */
export function runtimeImage(
  scope: Construct,
  image: ImagePlan,
  architecture: Architecture,
): Pick<ServiceDefinition, 'image' | 'build' | 'platform' | 'pull_policy'> {
  const platform = PLATFORMS[architecture];
  if (image.kind === 'registry') {
    // A tag may move: without asking the registry, an old image would pass for the new one.
    return { image: image.reference, platform, pull_policy: image.pinned ? 'missing' : 'always' };
  }
  const files = contextFiles(image.directory);
  const hash = contentHash(image.directory, files);
  const context = `runtime/${hash}`;
  new ComposeDirectory(scope, 'Runtime', context, image.directory, files);
  return {
    image: `inferstack-runtime:${hash}-${platform.slice('linux/'.length)}`,
    build: { context: `./${context}` },
    platform,
    // Never asked of a registry, where anybody might have put an image of this name.
    pull_policy: 'build',
  };
}

function contextFiles(directory: string): string[] {
  const found = SOURCES.flatMap((source) => {
    const full = path.join(directory, source);
    if (!statSync(full).isDirectory()) return [source];
    return (readdirSync(full, { recursive: true }) as string[])
      .map((file) => `${source}/${file.split(path.sep).join('/')}`)
      .filter((file) => statSync(path.join(directory, file)).isFile() && !file.endsWith('.d.ts'));
  });
  return found.sort();
}

function contentHash(directory: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(path.join(directory, file));
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
