import { syntaxError } from '../parsed-body';

/** The entities XML itself has. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Text with its references read: `&lt;`, `&#233;`, `&#xE9;`. @throws RequestError REQUEST_SYNTAX for any other */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^&;]{0,32};?)/g, (_, reference: string) => {
    const character = reference.endsWith(';') ? read(reference.slice(0, -1)) : undefined;
    if (character !== undefined) return character;
    throw syntaxError(`The XML has a reference that stands for nothing: &${reference.slice(0, 16)}`);
  });
}

function read(reference: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(reference);
  if (number === null) return NAMED.get(reference);
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** Source: https://www.w3.org/TR/xml/#charsets */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
