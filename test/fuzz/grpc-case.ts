import type { Tensor } from '@inferstack/runtime/contract';
import { inferenceService } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { mutateBytes } from './mutate-bytes';
import type { Random } from './random';
import { rawBytes } from './seeds';

/** A valid inference request to start from. */
export interface GrpcSeed {
  readonly model: string;
  readonly version: string;
  readonly tensors: readonly Tensor[];
}

interface Input {
  name: string;
  datatype: string;
  shape: bigint[];
}

const NAMES = ['', 'x', 'features', '__proto__', 'é', 'n'.repeat(5000)];
const DTYPES = ['FP32', 'INT64', 'BYTES', 'BOOL', 'FP16', 'BF16', '', 'fp32'];
const SIZES = [-1n, 0n, 1n, 2n, 30n, 2n ** 31n, 2n ** 62n];

/** Makes a ModelInfer message: the request is changed in its structure, in the bytes it is encoded to, or both. */
export function grpcCase(seed: GrpcSeed, random: Random): Buffer {
  const method = inferenceService.methods.find(({ name }) => name === 'ModelInfer')!;
  const inputs: Input[] = seed.tensors.map(({ name, dtype, shape }) => ({
    name,
    datatype: dtype,
    shape: shape.map(BigInt),
  }));
  const raw = seed.tensors.map(rawBytes);
  const request = {
    model_name: random.chance(0.03) ? random.pick(NAMES) : seed.model,
    model_version: random.chance(0.03) ? random.pick(NAMES) : seed.version,
    inputs,
    raw_input_contents: raw,
  };
  if (random.chance(0.6)) spoil(inputs, raw, random);
  const message = (method.request.encode as (value: unknown) => Buffer)(request);
  return random.chance(0.4) ? mutateBytes(message, random) : message;
}

function spoil(inputs: Input[], raw: Buffer[], random: Random): void {
  const at = random.below(inputs.length);
  const input = inputs[at]!;
  switch (random.below(8)) {
    case 0:
      input.name = random.pick(NAMES);
      break;
    case 1:
      input.datatype = random.pick(DTYPES);
      break;
    case 2:
      input.shape[random.below(input.shape.length)] = random.pick(SIZES);
      break;
    case 3:
      input.shape = Array.from({ length: random.below(40) }, () => random.pick(SIZES));
      break;
    case 4:
      raw[at] = raw[at]!.subarray(0, random.below(raw[at]!.length + 1));
      break;
    case 5:
      raw[at] = Buffer.from(Array.from({ length: raw[at]!.length }, () => random.below(256)));
      break;
    case 6:
      raw.splice(at, 1);
      break;
    default:
      inputs.push({ ...input });
  }
}
