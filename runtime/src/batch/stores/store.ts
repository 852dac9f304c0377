/** A file of a store, by its key below the folder of the store. */
export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
  /** Changes when the content does. */
  readonly etag: string;
}

/** A folder of a disk or an object store. All keys are relative to it, with slashes. */
export interface BatchStore {
  /** Address, fit for messages. */
  readonly shown: string;
  /** Every file below a prefix that ends with a slash, or is empty. */
  list(prefix: string): Promise<StoredFile[]>;
  /** undefined when there is no such file. */
  stat(key: string): Promise<StoredFile | undefined>;
  read(key: string): Promise<string | undefined>;
  /** Writes a new file as a whole or not at all; false when there is one already, whoever was faster. */
  create(key: string, text: string): Promise<boolean>;
  /** Writes or replaces a file as a whole. */
  write(key: string, text: string): Promise<void>;
  /** Moves a file of this machine's work directory into the store, as a whole. */
  upload(file: string, key: string): Promise<void>;
  /** Gives a file another name; done already is done. */
  rename(from: string, to: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Path of a file on this machine, where it is one. */
  localPath(key: string): string | undefined;
}
