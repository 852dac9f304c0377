import assert from 'node:assert/strict';
import type { Engine } from './engine';
import { ImageFiles } from './image-files';

/** What a builder writes of itself beside the configuration, its container and host name, is not compared. */
const COMPARED = '{{json .Config}} {{json .History}} {{.Created}} {{.Architecture}} {{.Os}}';

/** Two builds of one commit give the same layers and the same configuration; else the first files that differ are told. */
export async function checkRepeated(engine: Engine, first: string, second: string): Promise<string> {
  const [a, b] = [await layers(engine, first), await layers(engine, second)];
  if (a.join() !== b.join()) {
    const differing = a.map((layer, i) => `layer ${i}: ${layer === b[i] ? 'same' : 'differs'}`);
    const files = differences(await ImageFiles.open(engine, first), await ImageFiles.open(engine, second));
    throw new Error([...differing, ...files].join('\n'));
  }
  const about = (image: string) => engine.podman('image', 'inspect', '--format', COMPARED, image);
  assert.equal(await about(first), await about(second));
  return `${a.map((layer) => layer.slice(0, 19)).join(', ')}; configuration and history the same`;
}

async function layers(engine: Engine, image: string): Promise<string[]> {
  const text = await engine.podman('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image);
  return JSON.parse(text) as string[];
}

function differences(first: ImageFiles, second: ImageFiles): string[] {
  const [a, b] = [first.fingerprints('app'), second.fingerprints('app')];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
  return names.slice(0, 20).map((name) => `${name}: ${a.get(name)} and ${b.get(name)}`);
}
