/** The value if it can be that of a label (at most 63 characters, ending in a letter or digit), else undefined. */
export function labelValue(value: string): string | undefined {
  return /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(value) ? value : undefined;
}
