import type { ModelPackage } from '@inferstack/runtime/model';

/** What an endpoint serves side by side: never empty, no package twice; the first is its main model. */
export type ModelPackages = readonly [main: ModelPackage, ...others: ModelPackage[]];

/** Names of the models, each once however many versions of it are served. */
export function modelNames(models: ModelPackages): readonly [main: string, ...others: string[]] {
  const [main, ...others] = new Set(models.map(({ manifest }) => manifest.name));
  return [main!, ...others];
}

/** Size of all packages together. */
export function modelBytes(models: ModelPackages): number {
  return models.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The digest without `sha256:`. */
export function digestHex({ digest }: ModelPackage): string {
  return digest.slice('sha256:'.length);
}

/** Name of a package below a base: `<model>/<version>`. */
export function packagePath({ manifest }: ModelPackage): string {
  return `${manifest.name}/${manifest.version}`;
}

/** All packages in one line: `<model>/<version>@<digest>,...`; undefined when the main one is all there is. */
export function severalPackages(models: ModelPackages): string | undefined {
  if (models.length === 1) return undefined;
  return models.map((model) => `${packagePath(model)}@${model.digest}`).join(',');
}
