import type { FieldSpec, Manifest } from '../../contract';
import { RequestError } from '../../errors';
import type { ModelInstance } from '../../inference';
import type { Exchange } from './exchange';

/** Whether the body is announced as the file of an image. */
export function isImage({ request }: Exchange): boolean {
  return request.headers['content-type']?.startsWith('image/') === true;
}

/** The field of a model that needs one image and nothing else; undefined for any other model. */
export function soleImage({ preprocessing }: Manifest): FieldSpec | undefined {
  const [field, ...more] = preprocessing?.fields.filter(({ required }) => required) ?? [];
  return field?.type === 'image' && more.length === 0 ? field : undefined;
}

/**
 * The one row of a body that is the file of an image. Its bytes say which format it is, not what it is announced as.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE for a model that needs anything but one image.
 */
export function imageRow({ manifest }: ModelInstance, chunks: readonly Buffer[]): Record<string, Uint8Array> {
  const field = soleImage(manifest);
  if (field === undefined) {
    const message = `Model ${manifest.name} does not take an image and nothing else; send rows as application/json.`;
    throw new RequestError('REQUEST_MEDIA_TYPE', message);
  }
  return { [field.name]: Buffer.concat(chunks) };
}
