/** Errors of the operating system, as Node names them, that speak of a disk or a share and not of the data on it. */
const ERRNO = /^(?:ENOSPC|EDQUOT|EIO|EACCES|EPERM|EROFS|ESTALE|EMFILE|ENFILE|EBUSY|ENODEV|ENXIO|EREMOTEIO|EHOSTDOWN|ETIMEDOUT)$/;

/** The same as the C library words them at the end of what DuckDB says of a file. */
const WORDS =
  /: (?:No space left on device|Disk quota exceeded|Input\/output error|Permission denied|Operation not permitted|Read-only file system|Stale (?:NFS )?file handle|Too many open files(?: in system)?|Device or resource busy|No such device(?: or address)?|Remote I\/O error|Host is down|Connection timed out|Connection reset by peer|Software caused connection abort|Cannot allocate memory|Not a directory|No such file or directory|Transport endpoint is not connected)/;

/** DuckDB writes only files of ours, so what it cannot write is never the fault of a source. */
const UNWRITTEN = /^(?:Could not (?:write|truncate|sync|move|create)|Cannot (?:write|create))/i;

/**
 * What an error says of storage, where it speaks of that: a file operation of Node, or an IO error of DuckDB given by its kind and message.
 * Only errors that DuckDB itself calls IO errors count: the text of a bad line may say anything.
 */
export function storageTroubleOf(error: unknown, duckDb: { readonly kind: string; readonly message: string }): string | undefined {
  if (error instanceof Error && 'code' in error && ERRNO.test(String(error.code))) return error.message;
  if (duckDb.kind !== 'IO') return undefined;
  const [line = ''] = duckDb.message.trim().split('\n');
  return WORDS.test(line) || UNWRITTEN.test(line) ? line : undefined;
}
