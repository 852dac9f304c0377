const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Names of columns and classes are others' words: as text of a page, or a value in quotes. */
export const escaped = (value: string): string =>
  value.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
