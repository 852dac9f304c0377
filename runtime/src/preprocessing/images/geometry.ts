import type { ImageResize, ImageStep } from '../../contract';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where the pixels of an image come to lie. */
export interface Placement {
  /** Size the whole image is brought to. */
  readonly resized: Size;
  /** The part of it that is kept. */
  readonly window: Window;
  /** Where its corner lies in the result. */
  readonly left: number;
  readonly top: number;
}

/** Size of the result; undefined for images that are taken as they are. */
export function resultSize({ resize, crop }: Pick<ImageStep, 'resize' | 'crop'>): Size | undefined {
  return crop ?? resize;
}

/**
 * Places an image; undefined when it is smaller than the part to be cut out of it, or of another size than demanded.
 *
 * Sizes and offsets are those of torchvision (`Resize`, `CenterCrop`) and Pillow (`ImageOps.contain`, `ImageOps.pad`).
 */
export function place(
  source: Size,
  { resize, crop }: Pick<ImageStep, 'resize' | 'crop'>,
  target: Size,
): Placement | undefined {
  const resized = resize === undefined ? source : resizedSize(source, resize);
  if (resize?.fit === 'contain') {
    const window = { left: 0, top: 0, ...resized };
    const left = roundHalfEven((target.width - resized.width) / 2);
    return { resized, window, left, top: roundHalfEven((target.height - resized.height) / 2) };
  }
  const exact = resized.width === target.width && resized.height === target.height;
  if (!exact && resize === undefined && crop === undefined) return undefined;
  if (resized.width < target.width || resized.height < target.height) return undefined;
  const window = {
    left: roundHalfEven((resized.width - target.width) / 2),
    top: roundHalfEven((resized.height - target.height) / 2),
    ...target,
  };
  return { resized, window, left: 0, top: 0 };
}

function resizedSize({ width, height }: Size, resize: ImageResize): Size {
  const wider = resize.width / width >= resize.height / height;
  switch (resize.fit) {
    case 'stretch':
      return { width: resize.width, height: resize.height };
    case 'cover':
      return wider
        ? { width: resize.width, height: Math.trunc((resize.width * height) / width) }
        : { width: Math.trunc((resize.height * width) / height), height: resize.height };
    case 'contain':
      return wider
        ? { width: Math.max(1, roundHalfEven((width / height) * resize.height)), height: resize.height }
        : { width: resize.width, height: Math.max(1, roundHalfEven((height / width) * resize.width)) };
  }
}

/** As round() of Python. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
