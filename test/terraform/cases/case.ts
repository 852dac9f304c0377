import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { ModelSource, RuntimeImage } from 'inferstack';

/** A stack that a target makes of one set of options. */
export interface Case {
  readonly name: string;
  /** Writes it below a directory, as cdktf does. */
  synthesize(directory: string): void;
}

/** An endpoint before and after a new version of its model, which keeps the package of the one before. */
export interface Upgrade {
  readonly name: string;
  readonly first: Case;
  readonly second: Case;
  /** Types whose resources may change, and how. Nothing may be deleted or replaced. */
  readonly expected: Readonly<Record<string, 'create' | 'update'>>;
}

const MODELS = path.resolve(__dirname, '../../../examples/models');

export function model(folder: string): ModelSource {
  return ModelSource.fromDirectory(path.join(MODELS, folder));
}

/** An image by its digest, in a registry of the platform. */
export function image(registry: string): RuntimeImage {
  return RuntimeImage.fromRegistry(`${registry}/inferstack/runtime@sha256:${'a'.repeat(64)}`);
}

/** A case of one stack, by what goes into it. */
export function stackCase(name: string, build: (stack: TerraformStack) => void): Case {
  return {
    name,
    synthesize(outdir) {
      mkdirSync(outdir, { recursive: true });
      const app = new App({ outdir });
      build(new TerraformStack(app, 'Serving'));
      app.synth();
    },
  };
}
