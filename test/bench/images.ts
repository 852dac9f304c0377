import sharp from 'sharp';
import { inputSchema, preprocessingSchema } from '../../runtime/src/contract';
import { Preprocessor } from '../../runtime/src/preprocessing';

// What an image costs before the run: base64 decoded, JPEG decoded, resized so that the shorter side is 256, the centre
// cropped to 224 x 224, normalised to float32. `ms` one image after the other, `batchMs` a batch of 8, an image each;
// `busyMs` of the event loop's own time an image in that batch. Medians of 15 rounds, or as many as the argument says:
// npx tsx test/bench/images.ts

const ROUNDS = Number(process.argv[2] ?? 15);
const BATCH = 8;
const SIZES = [
  [224, 224],
  [640, 480],
  [1920, 1080],
  [4000, 3000],
] as const;

const spec = preprocessingSchema.parse({
  fields: [{ name: 'photo', type: 'image', maxBytes: 50_000_000 }],
  steps: [
    {
      step: 'image',
      field: 'photo',
      resize: { width: 256, height: 256, fit: 'cover' },
      crop: { width: 224, height: 224 },
      divideBy: 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    },
  ],
});
const inputs = [inputSchema.parse({ name: 'photo', dtype: 'FP32', shape: ['batch', 3, 224, 224] })];

async function photo(width: number, height: number): Promise<string> {
  // Noise of a few pixels, enlarged: about as hard to compress as a photograph.
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 50 };
  const create = {
    width: Math.ceil(width / 4),
    height: Math.ceil(height / 4),
    channels: 3 as const,
    background: 'grey',
    noise,
  };
  const small = await sharp({ create }).png().toBuffer();
  return (
    await sharp(small).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer()
  ).toString('base64');
}

async function median(images: number, work: () => Promise<unknown>): Promise<[ms: number, busyMs: number]> {
  const times: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const loop = performance.eventLoopUtilization();
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / images);
    busy.push(performance.eventLoopUtilization(loop).active / images);
  }
  const middle = (all: number[]) => Number(all.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!.toFixed(2));
  return [middle(times), middle(busy)];
}

async function main(): Promise<void> {
  const engine = new Preprocessor(spec, { inputs });
  const problems = {
    total: 0,
    add: (code: string): never => {
      throw new Error(code);
    },
  };
  for (const [width, height] of SIZES) {
    const row = { photo: await photo(width, height) };
    const batch = Array.from({ length: BATCH }, () => row);
    await engine.decodeImages(batch, problems);
    const [ms] = await median(1, () => engine.decodeImages([row], problems));
    const [batchMs, busyMs] = await median(BATCH, () => engine.decodeImages(batch, problems));
    const kB = Math.round((row.photo.length * 3) / 4 / 1000);
    console.log(JSON.stringify({ width, height, kB, ms, batchMs, busyMs }));
  }
}

void main();
