import type { ImageFormat } from '../../contract';

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** First bytes by format; undefined stands for any byte. */
const SIGNATURES: readonly (readonly [ImageFormat, readonly (number | undefined)[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a]],
  ['webp', [...ascii('RIFF'), undefined, undefined, undefined, undefined, ...ascii('WEBP')]],
  ['gif', [...ascii('GIF87a')]],
  ['gif', [...ascii('GIF89a')]],
  ['tiff', [...ascii('II'), 0x2a, 0]],
  ['tiff', [...ascii('MM'), 0, 0x2a]],
];

/** The format of a file by its first bytes. No decoder is asked: those for text formats such as SVG follow links. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const found = SIGNATURES.find(([, signature]) =>
    signature.every((byte, i) => byte === undefined || bytes[i] === byte),
  );
  return found?.[0];
}
