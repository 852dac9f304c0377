import { parsePackageUri, shownUri } from '../../runtime/src/loading/package-uri';

test.each([
  ['/models/a', { kind: 'local', path: '/models/a' }],
  ['file:///models/a%20b', { kind: 'local', path: '/models/a b' }],
  ['s3://bucket/deep/key.tar.gz', { kind: 'store', store: 's3', bucket: 'bucket', key: 'deep/key.tar.gz' }],
  ['gs://my_bucket/key', { kind: 'store', store: 'gs', bucket: 'my_bucket', key: 'key' }],
  [
    'azblob://account/container/deep/key',
    { kind: 'store', store: 'azblob', account: 'account', bucket: 'container', key: 'deep/key' },
  ],
  ['s3://bucket/a%20b.tar.gz', { kind: 'store', key: 'a b.tar.gz' }],
])('understands %s', (uri, expected) => {
  expect(parsePackageUri(uri)).toMatchObject(expected);
});

test.each([
  'ftp://host/x',
  's3://bucket',
  's3://bucket/',
  'azblob://account/container',
  'gs://b/folder/',
  'http://',
])('refuses %s', (uri) => {
  expect(() => parsePackageUri(uri)).toThrow(expect.objectContaining({ code: 'LOAD_URI_INVALID' }));
});

test.each([
  ['https://user:secret@host/p?sig=secret#secret', 'https://host/p'],
  ['https://user:se@cret@host/p', 'https://host/p'],
  ['s3://bucket/key', 's3://bucket/key'],
  ['/plain/path@host', '/plain/path@host'],
])('%s is shown as %s', (uri, shown) => {
  expect(shownUri(uri)).toBe(shown);
});
