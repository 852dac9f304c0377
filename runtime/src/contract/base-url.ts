import { z } from 'zod';

/** Address of a server that is asked by this process. Keys do not belong there: a configuration is shown and logged. */
export const baseUrl = z
  .string()
  .regex(
    /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
    'http(s)://host[:port][/path], without user, query or fragment',
  );
