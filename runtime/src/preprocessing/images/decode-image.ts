import type { SharpOptions } from 'sharp';
import type { ImageStep } from '../../contract';
import type { RowProblemCode, RowProblemDetails } from '../batch';
import type { Pixels } from './resample';

/** Why an image cannot be taken. */
export interface ImageFault extends RowProblemDetails {
  readonly code: RowProblemCode;
  readonly what: string;
}

export class ImageError extends Error {
  constructor(readonly fault: ImageFault) {
    super(fault.what);
  }
}

type Sharp = typeof import('sharp');

let loaded: Promise<Sharp> | undefined;

/** The library loads with the first image: 20 MB and 30 ms that models without images do not pay. */
function sharpLibrary(): Promise<Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    // No image comes twice, and many at once are better for a server than many threads for one.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loaded;
}

/**
 * Decodes the first frame of an image to 8 bits a channel, RGB, as `Image.open(...).convert('RGB')` of Pillow does: alpha
 * is dropped, colour profiles are not applied.
 *
 * @throws ImageError
 */
export async function decodeImage(
  bytes: Uint8Array,
  maxPixels: number,
  orientation: ImageStep['orientation'],
): Promise<Pixels> {
  const sharp = await sharpLibrary();
  const options: SharpOptions = { failOn: 'error', ignoreIcc: true, limitInputPixels: false };
  const header = await readable(() => sharp(bytes, options).metadata());
  checkHeader(header, maxPixels);
  const image = sharp(bytes, {
    ...options,
    limitInputPixels: maxPixels,
    autoOrient: orientation === 'apply',
  });
  const { data, info } = await readable(() =>
    image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
  );
  return { data, width: info.width, height: info.height, channels: info.channels };
}

interface Header {
  readonly width?: number;
  readonly height?: number;
  readonly space?: string;
  readonly depth?: string;
}

function checkHeader({ width = 0, height = 0, space, depth }: Header, maxPixels: number): void {
  if (width * height > maxPixels) {
    throw new ImageError({
      code: 'INPUT_IMAGE_SIZE',
      what: 'the image has too many pixels',
      got: `${width} x ${height}`,
      allowed: `at most ${maxPixels} pixels`,
      remedy: 'Send a smaller image.',
    });
  }
  if (depth === 'uchar' && space !== 'cmyk') return;
  throw new ImageError({
    code: 'INPUT_IMAGE',
    what: 'the colours of the image cannot be taken as they are',
    got: `${space}, ${depth === 'uchar' ? '8' : 'more than 8'} bits a channel`,
    allowed: 'grey or RGB of 8 bits a channel',
    remedy: 'Convert it the way the training data were converted.',
  });
}

/** What the decoder says goes no further: it speaks of its own inside. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    throw new ImageError({
      code: 'INPUT_IMAGE',
      what: 'the image is damaged or cut off',
      remedy: 'Send the file as it is.',
    });
  }
}
