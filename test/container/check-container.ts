/**
 * The image of the runtime: built by buildah on a base made here, run by podman as a platform would. Needs root, the
 * Debian packages of scripts/check-container.sh, and the registries of Debian and npm.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { openModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { MODELS as EXAMPLES } from '../runtime/support/packages';
import { BASE_IMAGE, makeBaseImage } from './base-image';
import { buildImage, writeSecrets } from './build-image';
import { checkFiles } from './check-files';
import { checkRepeated } from './check-repeated';
import * as serving from './check-serving';
import { Container, containerConfig, type RunOptions } from './container';
import { Engine } from './engine';
import { Report } from './report';

const MEMORY_MIB = 512;

async function main(report: Report, engine: Engine): Promise<void> {
  const marker = `npm_${randomUUID()}`;
  const secrets = writeSecrets(engine, marker);
  await timed(`base image of Debian, ${engine.driver} storage`, () => makeBaseImage(engine));
  // At once, as they wait for the network in turn. The second as from a clone with other times and permissions.
  const checkouts = [
    { name: 'first', time: 1_000_000_000, umask: 0o022 },
    { name: 'second', time: 1_500_000_000, umask: 0o077 },
  ];
  const builds = () => Promise.all(checkouts.map((checkout) => buildImage(engine, checkout, secrets)));
  const [image, again] = (await timed('two builds', builds)) as [string, string];
  const sizes = await Promise.all([size(engine, image), size(engine, BASE_IMAGE)]);
  await report.check(
    'the image is built',
    () => `${sizes[0]} MB, ${sizes[0]! - sizes[1]!} MB above its base`,
  );
  await checkServing(report, engine, image);
  await checkFiles(report, engine, image, marker);
  await report.check('two builds of one commit give the same layers', () =>
    checkRepeated(engine, image, again),
  );
}

async function checkServing(report: Report, engine: Engine, image: string): Promise<void> {
  const models = writeArchives(engine);
  const config = await containerConfig(serving.MODELS);
  const options = { image, models, config, cpus: 2, memoryMiB: MEMORY_MIB };
  await withContainer(engine, 'plain', options, async (container) => {
    await report.check('starts on a read-only root', () => `ready after ${container.readyMs.toFixed(0)} ms`);
    await report.check('predictions are those outside the container', () =>
      serving.checkPredictions(container, config),
    );
    await report.check('runs without privilege', () => serving.checkProcess(container));
    await report.check('writes nowhere but to /tmp', () => serving.checkReadOnly(container));
    await report.check('HEALTHCHECK: healthy when ready', async () => {
      if ((await container.healthcheck()) !== 0) throw new Error('unhealthy although it is ready');
      return undefined;
    });
    await serving.checkMemory(report, container, MEMORY_MIB);
    await serving.checkDrain(report, container);
  });
  const execution: RuntimeConfig['execution'] = { ...config.execution, placement: 'threads' };
  await report.check('--cpus: one worker of each model per core of the limit', async () => {
    const threads: number[] = [];
    for (const cpus of [1, 2]) {
      const limited = { ...options, config: { ...config, execution }, cpus };
      await withContainer(engine, `cpus-${cpus}`, limited, async (container) => {
        threads.push(await serving.checkWorkers(container, cpus));
      });
    }
    return `${threads[0]} threads with 1, ${threads[1]} with 2`;
  });
}

async function withContainer(
  engine: Engine,
  name: string,
  options: RunOptions,
  work: (container: Container) => Promise<void>,
): Promise<void> {
  const container = await Container.run(engine, name, options);
  try {
    await work(container);
  } finally {
    await container.remove();
  }
}

function writeArchives(engine: Engine): string {
  const directory = engine.place('models');
  mkdirSync(directory);
  for (const model of serving.MODELS) {
    const file = path.join(directory, `${model.split('/')[0]}.tar.gz`);
    writeModelArchive(openModelPackage(path.join(EXAMPLES, model)), file);
  }
  return directory;
}

/** Megabytes of an image, unpacked. */
async function size(engine: Engine, image: string): Promise<number> {
  return Math.round(Number(await engine.podman('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return result;
}

async function run(): Promise<void> {
  const report = new Report();
  const engine = new Engine();
  try {
    await main(report, engine);
  } catch (error) {
    await report.check('the check itself', () => Promise.reject(error));
  } finally {
    await engine.close();
  }
  process.exitCode = report.end() ? 0 : 1;
}

void run();
