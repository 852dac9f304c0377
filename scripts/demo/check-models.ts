import { readdirSync } from 'node:fs';
import path from 'node:path';
import { OnnxSession } from '@inferstack/runtime/inference';
import { openModelPackage, runGoldenSamples } from '@inferstack/runtime/model';

/** Opens every package below `folder`, runs its golden samples, and returns a table. Throws on the first failure. */
export async function checkModels(folder: string): Promise<string[][]> {
  const rows = [['model', 'digest', 'golden samples', 'metrics measured on held-out rows']];
  for (const directory of findPackages(folder)) {
    const pkg = openModelPackage(directory);
    const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
    const { total, failures } = await runGoldenSamples(pkg, (inputs) => session.run(inputs));
    await session.close();
    if (failures.length > 0)
      throw new Error(`${directory}: ${failures.length} of ${total} golden samples fail`);
    const { name, version, metrics } = pkg.manifest;
    const measured = metrics.filter((metric) => metric.target !== undefined);
    rows.push([
      `${name} ${version}`,
      pkg.digest.slice(7, 19),
      `${total} of ${total} pass`,
      measured.map((m) => `${m.name} ${m.value} (target ${m.target})`).join(', '),
    ]);
  }
  return rows;
}

function findPackages(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => path.basename(file) === 'model.yaml')
    .map((file) => path.join(folder, path.dirname(file)))
    .sort();
}
