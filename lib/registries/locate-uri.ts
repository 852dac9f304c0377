import path from 'node:path';
import { download, LOADING_OPTIONS, parsePackageUri } from '@inferstack/runtime/loading';
import type { SourceRequest } from '../core/model-lock';
import type { Located } from './located';

export const ARCHIVE = 'package.tar.gz';

/** An archive at an address of its own; the store's usual credentials come from the environment. */
export async function locateUri(request: Extract<SourceRequest, { kind: 'uri' }>): Promise<Located> {
  const location = parsePackageUri(request.uri);
  return {
    resolved: request,
    fetchInto: (directory) => download(location, path.join(directory, ARCHIVE), LOADING_OPTIONS),
  };
}
