import type { Tensor } from '../../contract';
import { OnnxSession } from '../onnx-session';
import type { WeightsExport } from './export-weights';

/** Entry of the process that exports one model and ends. */
async function main({ sample, files, intraOpThreads, ...pkg }: WeightsExport): Promise<void> {
  const direct = await OnnxSession.load(pkg, { intraOpThreads, writeOptimized: files });
  const expected = direct.runSync(sample);
  await direct.close();
  const shared = await OnnxSession.load(pkg, { intraOpThreads, optimizedGraph: files.graph });
  const exact = sameBits(expected, shared.runSync(sample));
  await shared.close();
  process.send!(exact, () => process.disconnect());
}

function sameBits(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  return a.every((tensor, i) => {
    const x = tensor.data;
    const y = b[i]!.data;
    if (Array.isArray(x) || Array.isArray(y)) return JSON.stringify(x) === JSON.stringify(y);
    return Buffer.from(x.buffer, x.byteOffset, x.byteLength).equals(
      Buffer.from(y.buffer, y.byteOffset, y.byteLength),
    );
  });
}

// The terminal's Ctrl-C reaches the whole group; this process ends when its parent is gone.
process.on('disconnect', () => process.exit());
process.once('message', (task) => {
  main(task as WeightsExport).catch(() => process.exit(1));
});
