import { z } from 'zod';
import { modelName, modelVersion } from './manifest';

export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: followed by 64 hexadecimal digits');

/** A model of a configuration: what it is called, where it is, and that it is the very one. */
export const modelReferenceSchema = z.strictObject({
  name: modelName,
  version: modelVersion,
  uri: z
    .string()
    .min(1)
    .describe(
      'Where the package is: a directory or .tar.gz by path, file:, http:, https:, s3:, azblob: or gs: URI.',
    ),
  digest: digestSchema.describe('Digest of the whole package; loading refuses anything else.'),
});
