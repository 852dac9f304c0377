import { z } from 'zod';

const text = z.string().trim().min(1);
const side = z.number().int().positive().max(8192);
const channel = z.number().int().min(0).max(255);

export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const RESIZE_KERNELS = ['nearest', 'linear', 'cubic', 'lanczos3'] as const;
export type ResizeKernel = (typeof RESIZE_KERNELS)[number];

/** What a field of the type image accepts. */
export const imageBounds = {
  formats: z
    .array(z.enum(IMAGE_FORMATS))
    .min(1)
    .readonly()
    .optional()
    .describe("Images: formats taken, told by the bytes themselves. @default ['jpeg', 'png']"),
  maxBytes: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Images: most bytes of a file. @default 10485760'),
  maxPixels: z
    .number()
    .int()
    .positive()
    .max(268_402_689)
    .optional()
    .describe('Images: most pixels, width times height. @default 16777216'),
};

export const DEFAULT_FORMATS: readonly ImageFormat[] = ['jpeg', 'png'];
export const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
export const DEFAULT_MAX_PIXELS = 4096 * 4096;

const size = z.strictObject({ width: side, height: side });

const resize = size.extend({
  fit: z
    .enum(['stretch', 'cover', 'contain'])
    .default('stretch')
    .describe(
      'Stretch ignores the aspect; cover makes both sides at least so long and cuts around the centre; contain keeps the whole image inside, with `background` around it.',
    ),
  kernel: z
    .enum(RESIZE_KERNELS)
    .default('linear')
    .describe('NEAREST, BILINEAR, BICUBIC and LANCZOS of Pillow, bit by bit.'),
  background: z
    .tuple([channel, channel, channel])
    .default([0, 0, 0])
    .describe('Red, green, blue; for contain.'),
});

const perChannel = z.array(z.number()).min(1).max(3);

export const imageStepSchema = z
  .strictObject({
    step: z.literal('image'),
    field: text.describe('A field of the type image.'),
    orientation: z
      .enum(['ignore', 'apply'])
      .default('ignore')
      .describe('Whether the turn that cameras write into EXIF is carried out. Training code rarely does.'),
    color: z
      .enum(['RGB', 'BGR', 'grey'])
      .default('RGB')
      .describe("Grey is Pillow's mode L, before any resize."),
    resize: resize.optional(),
    crop: size.optional().describe('The centre of the resized image.'),
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    divideBy: z.number().positive().optional().describe('Pixels, 0 to 255, are divided by this first.'),
    mean: perChannel.optional().describe('Then subtracted: one for each channel, in the order of `color`.'),
    std: perChannel.optional().describe('Then divided by.'),
    as: text.optional().describe('The input of the graph it fills. @default the name of `field`'),
  })
  .describe(
    'Turns an image into the pixels of one input of the graph: FP32, FP16 or UINT8, as the signature says.',
  );

export type ImageStep = z.output<typeof imageStepSchema>;
export type ImageResize = z.output<typeof resize>;
