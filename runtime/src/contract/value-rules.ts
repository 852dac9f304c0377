import { z } from 'zod';

const finite = z.number();

export const valueRange = z
  .tuple([finite.nullable(), finite.nullable()])
  .describe('Lowest and highest allowed value, both included; null leaves an end open.');

export const sensitivity = z
  .enum(['public', 'internal', 'confidential', 'restricted'])
  .default('internal')
  .describe('How widely the value may travel. Records hash or drop what is confidential or restricted.');
