import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extractModelArchive } from '@inferstack/runtime/model';
import { registryError } from './problems';

const MANIFEST = 'model.yaml';

/**
 * The directory of the package inside of a fetched artifact: the one folder that holds model.yaml, or that of the one
 * archive.
 *
 * @throws ProblemError REGISTRY_NOT_A_PACKAGE; the artifact is then kept where `inferstack model import` finds it.
 */
export async function findPackage(at: string, artifact: string): Promise<string> {
  const archives = readdirSync(artifact).filter((name) => /\.(tar\.gz|tgz)$/.test(name));
  if (archives.length !== 1 || manifestsIn(artifact).length > 0) return onlyPackage(at, artifact);
  const unpacked = `${artifact}.unpacked`;
  await extractModelArchive(path.join(artifact, archives[0]!), unpacked);
  return onlyPackage(at, unpacked);
}

async function onlyPackage(at: string, directory: string): Promise<string> {
  const manifests = manifestsIn(directory);
  if (manifests.includes(MANIFEST)) return directory;
  if (manifests.length === 1) return path.join(directory, path.dirname(manifests[0]!));
  const files = filesIn(directory);
  const importable = files.some((file) => path.basename(file) === 'MLmodel' || file.endsWith('.onnx'));
  throw registryError('REGISTRY_NOT_A_PACKAGE', at, {
    what: manifests.length === 0 ? 'the artifact has no model.yaml' : 'the artifact holds several packages',
    got: (manifests.length === 0 ? files : manifests).slice(0, 8).join(', ') || 'nothing',
    allowed: 'one package: its directory, or the archive of `inferstack model pack`',
    remedy:
      importable && manifests.length === 0
        ? importRemedy(await keep(at, directory))
        : 'Publish the package alone; `inferstack model init` starts one from an ONNX file.',
  });
}

const importRemedy = (kept: string): string =>
  `Make a package of it with \`npx inferstack model import ${kept} --to <directory>\`, review it, and publish that ` +
  'in place of the artifact, or use ModelSource.fromDirectory.';

/** Outside of the packages, under a name that tells nothing and collides with nothing. */
async function keep(at: string, directory: string): Promise<string> {
  const name = createHash('sha256').update(at).digest('hex').slice(0, 12);
  const kept = path.resolve('.inferstack', 'artifacts', name);
  await mkdir(path.dirname(kept), { recursive: true });
  await rm(kept, { recursive: true, force: true });
  await rename(directory, kept);
  return path.relative('', kept);
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    )
    .sort();
}

const manifestsIn = (directory: string): string[] =>
  filesIn(directory).filter((file) => path.basename(file) === MANIFEST);

/** `.inferstack` belongs to this machine alone. */
export async function ignoreInGit(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  await writeFile(path.join(path.dirname(cache), '.gitignore'), '*\n');
}
