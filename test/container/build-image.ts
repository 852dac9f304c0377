import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { BASE_IMAGE } from './base-image';
import type { Engine } from './engine';

const RUNTIME = path.resolve(__dirname, '..', '..', 'runtime');

/** How a checkout differs from another one of the same commit. */
export interface Checkout {
  readonly name: string;
  /** Unix time of every file, seconds. */
  readonly time: number;
  /** Permissions taken away from every file. */
  readonly umask: number;
}

/** Secrets of a build, as files. */
export interface Secrets {
  readonly npmrc: string;
  readonly ca: string | undefined;
}

/**
 * The npm configuration of this machine, for a build that reaches the registry as this machine does.
 *
 * @param marker a text that nobody else writes: a credential, to look for in the image.
 */
export function writeSecrets(engine: Engine, marker: string): Secrets {
  const config = (key: string) =>
    execFileSync('npm', ['config', 'get', key], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const files = [config('globalconfig'), config('userconfig')].filter((file) => existsSync(file));
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  // Paths of this machine mean nothing in the build.
  const portable = lines.filter(
    (line) => !/^\s*(cafile|prefix|cache|nodedir|userconfig|globalconfig)\b/.test(line),
  );
  const ca = [config('cafile'), process.env['NODE_EXTRA_CA_CERTS'] ?? ''].find((file) => existsSync(file));
  const added = [`registry=${config('registry')}`, `//registry.invalid/:_authToken=${marker}`];
  const trust = ca === undefined ? [] : ['cafile=/run/secrets/ca'];
  const npmrc = engine.place('npmrc');
  writeFileSync(npmrc, [...portable, ...added, ...trust, ''].join('\n'), { mode: 0o600 });
  return { npmrc, ca };
}

/** Builds the Dockerfile of the runtime from a checkout of its own. Nothing is taken from an earlier build but downloads. */
export async function buildImage(engine: Engine, checkout: Checkout, secrets: Secrets): Promise<string> {
  const image = `localhost/inferstack-runtime:${checkout.name}`;
  const context = engine.place(`context-${checkout.name}`);
  copyContext(context, checkout);
  const secret = [
    `id=npmrc,src=${secrets.npmrc}`,
    ...(secrets.ca === undefined ? [] : [`id=ca,src=${secrets.ca}`]),
  ];
  // The format of docker, as that of OCI has no health check.
  const options = [
    '--isolation',
    'chroot',
    '--format',
    'docker',
    '--pull-never',
    '--no-cache',
    '--timestamp',
    '0',
  ];
  const given = secret.flatMap((text) => ['--secret', text]);
  await engine.buildah(
    'bud',
    ...options,
    ...given,
    '--build-arg',
    `BASE_IMAGE=${BASE_IMAGE}`,
    '--tag',
    image,
    context,
  );
  return image;
}

function copyContext(context: string, { time, umask }: Checkout): void {
  const own = (file: string) => path.relative(RUNTIME, file).split(path.sep)[0] !== 'node_modules';
  cpSync(RUNTIME, context, { recursive: true, filter: own });
  for (const name of readdirSync(context, { recursive: true }) as string[]) {
    const file = path.join(context, name);
    chmodSync(file, statSync(file).mode & ~umask);
    utimesSync(file, time, time);
  }
}
