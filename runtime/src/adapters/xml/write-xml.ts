/** Text between tags or in an attribute; what XML cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"\r]/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** A name as XML takes it: what it does not allow becomes `_`. */
export function xmlName(name: string): string {
  const usable = name.replace(/[^\p{L}\p{N}_.-]/gu, '_');
  return /^[\p{L}_]/u.test(usable) ? usable : `_${usable}`;
}

/** A value below an element: text, elements by name, the element several times for a list, nothing for null. */
export function xmlOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((entry) => xmlOf(name, entry)).join('');
  if (value === null || value === undefined) return '';
  const tag = xmlName(name);
  if (typeof value !== 'object') return `<${tag}>${escapeXml(String(value))}</${tag}>`;
  const { attributes, inner } = contentOf(value as Readonly<Record<string, unknown>>);
  return `<${tag}${attributes}>${inner}</${tag}>`;
}

/** Members that begin with `@` are attributes, as they are when XML is read. */
export function contentOf(value: Readonly<Record<string, unknown>>): { attributes: string; inner: string } {
  let attributes = '';
  let inner = '';
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith('@')) attributes += ` ${xmlName(name.slice(1))}="${escapeXml(String(member ?? ''))}"`;
    else if (name === '#text') inner += escapeXml(String(member ?? ''));
    else inner += xmlOf(name, member);
  }
  return { attributes, inner };
}
