import { azureStorageToken } from '../../loading/azure-credentials';
import { storeService } from '../../loading/store-options';
import { BatchError } from '../problems';
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
  if (location.kind === 'http')
    throw unsupported(location.shown, 'nothing can be written or listed over HTTP');
  if (location.store === 'azblob' && (await azureStorageToken(process.env)) !== undefined) {
    const what =
      'batch jobs reach Blob Storage with a key or a signature, not with the identity of a container yet';
    throw unsupported(location.shown, what);
  }
  const { service, options } = await storeService(location, process.env);
  // 30 MB of native code that a job on disks never needs.
  const { Operator } = await import('opendal');
  return new ObjectStore(new Operator(service, options), location);
}

function unsupported(at: string, what: string): BatchError {
  const remedy =
    'Use a folder of a disk or of a store; for Blob Storage give AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.';
  return new BatchError({ code: 'BATCH_URI_INVALID', at, what, remedy });
}
