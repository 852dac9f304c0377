import { z } from 'zod';

const text = z.string().min(1);

/** Where this process finds a secret. */
export const secretPlaceSchema = z.union([
  z.strictObject({ file: text.describe('File that holds it, read again when it changes.') }),
  z.strictObject({ env: text.describe('Environment variable that holds it, read at start.') }),
]);

export type SecretPlace = z.output<typeof secretPlaceSchema>;
