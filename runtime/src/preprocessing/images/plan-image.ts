import type { ImageStep, InputSpec } from '../../contract';
import type { Path, Planner, Value } from '../planner';
import { resultSize, type Size } from './geometry';
import { type ImagePlan, ImageWriter } from './image-writer';
import { PIXEL_TABLES } from './pixel-table';

/** Makes the pixels of an image known under the name of the input they are for. */
export function planImage(
  planner: Planner,
  step: ImageStep,
  path: Path,
  maxPixels: ReadonlyMap<string, number | undefined>,
): void {
  const source = planner.use([...path, 'field'], step.field, ['image']);
  checkCrop(planner, step, path);
  checkChannels(planner, step, path);
  const name = step.as ?? step.field;
  const slot = source?.slot ?? 0;
  const image: ImagePlan = { step, slot, field: step.field, maxPixels: maxPixels.get(step.field) };
  const value: Value | undefined = source && {
    kind: 'pixels',
    nullable: false,
    slot,
    field: step.field,
    image,
  };
  if (name === step.field) planner.replace(path, name, value);
  else planner.declare([...path, 'as'], name, value);
}

/** Whoever fills an input with an image: undefined after reporting why it cannot be filled. */
export function planImageInput(
  planner: Planner,
  path: Path,
  input: InputSpec,
  image: ImagePlan,
): ImageWriter | undefined {
  const size = inputSize(input, image.step);
  const wanted = size && (resultSize(image.step) ?? size);
  if (size === undefined || size.width !== wanted!.width || size.height !== wanted!.height) {
    planner.fault([...path, 'shape'], {
      what: `the image step gives "${input.name}" another shape`,
      got: input.shape,
      allowed: shapeText(image.step),
      remedy:
        'Correct `resize`, `crop`, `color` or `layout` of the step, or the shape, to what the graph takes.',
    });
    return undefined;
  }
  if (PIXEL_TABLES[input.dtype] === undefined || (input.dtype === 'UINT8' && isNormalized(image.step))) {
    planner.fault([...path, 'dtype'], {
      what: `the image step gives "${input.name}" another dtype`,
      got: input.dtype,
      allowed: `${Object.keys(PIXEL_TABLES).join(' | ')}; UINT8 without divideBy, mean and std`,
      remedy: 'Correct the step, or cast inside the graph.',
    });
    return undefined;
  }
  return new ImageWriter(input, image, size);
}

const channelsOf = ({ color }: ImageStep): number => (color === 'grey' ? 1 : 3);

const isNormalized = ({ divideBy, mean, std }: ImageStep): boolean => (divideBy ?? mean ?? std) !== undefined;

/** Width and height of an input that holds an image a row in this layout. */
function inputSize({ shape, columns }: InputSpec, step: ImageStep): Size | undefined {
  const [batch, ...rest] = shape;
  if (columns !== undefined || rest.length !== 3 || (typeof batch === 'number' && batch !== 1))
    return undefined;
  const [channels, height, width] = step.layout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]];
  if (channels !== channelsOf(step) || typeof height !== 'number' || typeof width !== 'number')
    return undefined;
  return { width, height };
}

function shapeText(step: ImageStep): string {
  const { width = '<width>', height = '<height>' } = resultSize(step) ?? {};
  const channels = channelsOf(step);
  return step.layout === 'NCHW'
    ? `[batch, ${channels}, ${height}, ${width}]`
    : `[batch, ${height}, ${width}, ${channels}]`;
}

function checkCrop(planner: Planner, { resize, crop }: ImageStep, path: Path): void {
  if (resize === undefined || crop === undefined) return;
  if (resize.fit === 'contain') {
    planner.fault([...path, 'crop'], {
      what: 'an image that is contained whole is not cropped',
      remedy: 'Use `fit: cover`, or remove `crop`.',
    });
  } else if (crop.width > resize.width || crop.height > resize.height) {
    planner.fault([...path, 'crop'], {
      what: 'the part to cut out is larger than the resized image',
      got: crop,
      allowed: `at most ${resize.width} x ${resize.height}`,
      remedy: 'Correct the two.',
    });
  }
}

function checkChannels(planner: Planner, step: ImageStep, path: Path): void {
  const channels = channelsOf(step);
  for (const key of ['mean', 'std'] as const) {
    if (step[key] === undefined || step[key].length === channels) continue;
    planner.fault([...path, key], {
      what: `${key} has not one value for each channel`,
      got: step[key].length,
      allowed: `${channels}, in the order of \`color\``,
      remedy: 'Give one for each.',
    });
  }
  if (step.std?.includes(0)) {
    planner.fault([...path, 'std'], { what: 'nothing can be divided by 0', remedy: 'Correct the value.' });
  }
}
