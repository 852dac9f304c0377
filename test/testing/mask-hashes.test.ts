import { maskHashes } from 'inferstack/testing';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('equal hashes keep an equal number, in values and keys', () => {
  expect(maskHashes({ key: `${A}.tar.gz`, list: [B, A], [`asset-${B}`]: 1 })).toEqual({
    key: '<sha256-1>.tar.gz',
    list: ['<sha256-2>', '<sha256-1>'],
    'asset-<sha256-2>': 1,
  });
});

test('text stays text, and everything else stays as it was', () => {
  expect(maskHashes(`image@sha256:${A}`)).toBe('image@sha256:<sha256-1>');
  expect(maskHashes({ n: 1, none: null, short: 'abc123' })).toEqual({ n: 1, none: null, short: 'abc123' });
});
