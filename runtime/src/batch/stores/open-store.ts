import { azureStorageToken } from '../../loading/azure-credentials';
import { storeService } from '../../loading/store-options';
import { BatchError } from '../problems';
import { AzureBlobStore } from './azure-blob-store';
import { LocalStore } from './local-store';
import type { BatchLocation } from './location';
import { ObjectStore } from './object-store';
import type { BatchStore } from './store';

/**
 * Opens a folder to list, read and write.
 *
 * @throws BatchError BATCH_URI_INVALID for what is no folder
 */
export async function openStore(location: BatchLocation): Promise<BatchStore> {
  if (location.kind === 'local') return new LocalStore(location.path, location.shown);
  if (location.kind === 'http') {
    const what = 'nothing can be written or listed over HTTP';
    const remedy = 'Use a folder of a disk or of a store.';
    throw new BatchError({ code: 'BATCH_URI_INVALID', at: location.shown, what, remedy });
  }
  // opendal does not know the identities of containers.
  if (location.store === 'azblob' && (await azureStorageToken(process.env)) !== undefined)
    return new AzureBlobStore(location);
  const { service, options } = await storeService(location, process.env);
  // 30 MB of native code that a job on disks never needs.
  const { Operator } = await import('opendal');
  return new ObjectStore(new Operator(service, options), location);
}
