import { RequestError } from '../../errors';
import type { ModelInstance } from '../../inference';
import type { Exchange } from './exchange';

/** Whether the body is announced as the file of an image. */
export function isImage({ request }: Exchange): boolean {
  return request.headers['content-type']?.startsWith('image/') === true;
}

/**
 * The one row of a body that is the file of an image. Its bytes say which format it is, not what it is announced as.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE for a model that needs anything but one image.
 */
export function imageRow({ manifest }: ModelInstance, chunks: readonly Buffer[]): Record<string, Uint8Array> {
  const needed = manifest.preprocessing?.fields.filter(({ required }) => required) ?? [];
  const [field, ...more] = needed;
  if (field?.type !== 'image' || more.length > 0) {
    const message = `Model ${manifest.name} does not take an image and nothing else; send rows as application/json.`;
    throw new RequestError('REQUEST_MEDIA_TYPE', message);
  }
  return { [field.name]: Buffer.concat(chunks) };
}
