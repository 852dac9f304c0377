/** What of a bucket a path can mean, for the rights of a job. */
export interface DataScope {
  /** The one file, or what a folder is called when it is asked for as a file. */
  readonly name: string | undefined;
  /** What the names of all other files begin with; '' for the whole bucket; undefined: there are no others. */
  readonly prefix: string | undefined;
  /** What is asked for when files are listed. */
  readonly listed: string;
}

/** Of what is scored: a file, a folder, or a pattern. A name with an ending is a file. */
export function inputScope(path = ''): DataScope {
  const star = path.indexOf('*');
  if (star !== -1) {
    const prefix = path.slice(0, star);
    return { name: undefined, prefix, listed: prefix.slice(0, prefix.lastIndexOf('/') + 1) };
  }
  if (/\.[A-Za-z0-9]+$/.test(path)) return { name: path, prefix: undefined, listed: path };
  return folderScope(path);
}

/** Of where results go: always a folder. */
export function folderScope(path = ''): DataScope {
  const folder = path.replace(/\/+$/, '');
  if (folder === '') return { name: undefined, prefix: '', listed: '' };
  return { name: folder, prefix: `${folder}/`, listed: `${folder}/` };
}
