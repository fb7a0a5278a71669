import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MillraceError, type ReadingDefinition, type SourceFormat } from '@millrace/contracts';
import { isMissing } from './is-missing.ts';

/** A data source as a pipeline names it. */
export interface SourceReference {
  /** The name that the transform uses. */
  readonly name: string;
  readonly format: SourceFormat;
  /** An absolute path or a `file://` URL, of a file or of a folder whose files of the format are read together. */
  readonly uri: string;
  /** The columns that the pipeline may rely on; all where absent. */
  readonly columns?: readonly string[];
  /** How the files are read; what it leaves out is found over the whole of them. */
  readonly reading?: ReadingDefinition;
}

/** One file of a source as it was when the run began. */
export interface SourceFile {
  /** The real path, links resolved. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface ResolvedSource extends SourceReference {
  readonly files: readonly SourceFile[];
}

const SUFFIXES: Readonly<Record<SourceFormat, RegExp>> = {
  PARQUET: /\.parquet$/i,
  CSV: /\.(csv|tsv)(\.(gz|zst|br|bz2|xz|lz4|zip))?$/i,
  NDJSON: /\.(ndjson|jsonl|json)(\.(gz|zst|br|bz2|xz|lz4|zip))?$/i,
};

/**
 * Finds the files of a source and checks that they lie in one of the roots, also after every link is followed. Fails with
 * `SOURCE_NOT_ALLOWED`, `SOURCE_MISSING`, `SOURCE_EMPTY` for a file of no bytes or a folder with no file of the format, or `SOURCE_CORRUPT` for a
 * folder of which a part would be read, or more than there is: one with files in folders, or of a Delta table.
 */
export async function resolveSource(source: SourceReference, roots: readonly string[]): Promise<ResolvedSource> {
  const path = localPathOf(source);
  const real = await realRoots(roots);
  if (!isWithin(resolve(path), [...roots.map((root) => resolve(root)), ...real])) throw notAllowed(source, path, roots);
  const target = await realpath(path).catch((error: unknown) => {
    throw isMissing(error) ? missing(source, path) : error;
  });
  if (!isWithin(target, real)) throw notAllowed(source, path, roots);
  await assertOutsideTables(source, target, real);
  const files: SourceFile[] = [];
  for (const file of await filesAt(source, target)) {
    const place = await realpath(file).catch((error: unknown) => {
      throw isMissing(error) ? missing(source, file) : error;
    });
    if (!isWithin(place, real)) throw notAllowed(source, file, roots);
    const { size, mtimeMs } = await stat(place);
    if (size === 0) throw empty(source, `the file ${file} has no bytes`, file);
    files.push({ path: place, bytes: size, modifiedAt: Math.floor(mtimeMs) });
  }
  return { ...source, files };
}

async function filesAt(source: SourceReference, path: string): Promise<string[]> {
  const found = await stat(path);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map(({ name }) => name).filter((name) => isOfFormat(source, name));
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))) {
    const within = (await readdir(join(path, name), { recursive: true })).find((nested) => isOfFormat(source, basename(nested)));
    if (within !== undefined)
      throw unread(source, path, `files in folders within it would be left out, such as ${join(name, within)}`, 'Make a source of each folder.');
  }
  if (names.length === 0) throw empty(source, `the folder ${path} has no ${source.format} file`, path);
  return names.toSorted().map((name) => join(path, name));
}

/** Also a folder or a file within a Delta table, such as one of its partitions, may hold rows that were deleted or replaced. */
async function assertOutsideTables(source: SourceReference, path: string, roots: readonly string[]): Promise<void> {
  for (let folder = path; isWithin(folder, roots); folder = dirname(folder)) {
    const log = await stat(join(folder, '_delta_log')).catch(undefinedWhereMissing);
    if (log !== undefined)
      throw unread(
        source,
        path,
        folder === path
          ? 'it is the folder of a Delta table, where files that were deleted or replaced still lie beside the others'
          : `it lies within the Delta table ${folder}, where files that were deleted or replaced still lie beside the others`,
        'Use the dataset, or a copy.',
      );
    if (folder === dirname(folder)) return;
  }
}

function isOfFormat({ format }: SourceReference, name: string): boolean {
  return SUFFIXES[format].test(name) && !/^[_.]/.test(name);
}

function unread(source: SourceReference, path: string, reason: string, remedy: string): MillraceError {
  return new MillraceError('SOURCE_CORRUPT', `The source "${source.name}" cannot be read: ${path}: ${reason}. ${remedy}`, {
    fields: { source: source.name, path, reason, remedy },
  });
}

function localPathOf(source: SourceReference): string {
  if (isAbsolute(source.uri)) return source.uri;
  try {
    return fileURLToPath(source.uri);
  } catch (error) {
    throw new MillraceError('BAD_INPUT', `The source "${source.name}" has the address "${source.uri}"; an absolute path or a file:/// URL is needed.`, {
      cause: error,
      fields: { source: source.name, uri: source.uri },
    });
  }
}

async function realRoots(roots: readonly string[]): Promise<string[]> {
  const found = await Promise.all(roots.map((root) => realpath(root).catch(undefinedWhereMissing)));
  return found.filter((root) => root !== undefined);
}

function undefinedWhereMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
  return undefined;
}

function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way === '' || (!way.startsWith('..') && !isAbsolute(way));
  });
}

function notAllowed(source: SourceReference, path: string, roots: readonly string[]): MillraceError {
  return new MillraceError(
    'SOURCE_NOT_ALLOWED',
    `The source "${source.name}" reads ${path}, which lies outside the folders that sources may use (${roots.join(', ') || 'none are set'}).`,
    { fields: { source: source.name, path } },
  );
}

function missing(source: SourceReference, path: string): MillraceError {
  return new MillraceError('SOURCE_MISSING', `The source "${source.name}" reads ${path}, which does not exist.`, { fields: { source: source.name, path } });
}

function empty(source: SourceReference, reason: string, path: string): MillraceError {
  return new MillraceError('SOURCE_EMPTY', `The source "${source.name}" is empty: ${reason}.`, { fields: { source: source.name, path } });
}
