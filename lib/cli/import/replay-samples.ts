import { type GoldenReport, type ModelPackage, runGoldenSamples } from '@inferstack/runtime/model';

/** Runs the golden samples of a package that has nothing before or after its graph. */
export async function replaySamples(pkg: ModelPackage): Promise<GoldenReport> {
  const { OnnxSession } = await import('@inferstack/runtime/inference');
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  try {
    return await runGoldenSamples(pkg, (inputs) => session.run(inputs));
  } finally {
    await session.close();
  }
}
