import { LoadingError } from './problems';

/** Whether an error is one of the file system. Network errors come wrapped, with the system's error as cause. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

/** Says of a file system error what it means for the cache; other errors pass. */
export function explainCacheError(error: unknown, cacheDirectory: string): unknown {
  if (!isFileError(error)) return error;
  return new LoadingError('LOAD_CACHE_UNUSABLE', cacheDirectory, {
    what: 'the cache directory cannot be used',
    got: `${error.code ?? 'unknown'} (${error.syscall ?? 'unknown'})`,
    allowed: 'a directory this user can write, with room for the archive and the unpacked package',
    remedy: 'Mount a writable volume there, enlarge it, or set INFERSTACK_CACHE to another directory.',
  });
}
