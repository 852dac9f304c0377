import type { WholeReply } from '../harness/send-once';
import type { BenchModel } from './bench-model';
import { type Encoding, encodings } from './encoding';

/** @throws Error when a reply is not the golden output: a server that answers wrongly is not measured. */
export function checkReply(model: BenchModel, encoding: Encoding, reply: WholeReply): void {
  const outputs = encodings[encoding].outputs(reply);
  const { absolute, relative } = model.tolerance;
  for (const { name, data } of model.outputs) {
    const got = outputs[name] ?? [];
    const fits = (want: number, i: number) =>
      Math.abs(got[i]! - want) <= absolute + relative * Math.abs(want);
    if (got.length !== data.length || !data.every(fits)) {
      throw new Error(`wrong answer: ${name} is [${got.slice(0, 4)}...], golden [${data.slice(0, 4)}...]`);
    }
  }
}
