import { delimiter, isAbsolute, join } from 'node:path';

/** Whose data sources may lie in a folder: those of all workspaces, of one (by name or id), or of each in a folder of its own, named by its id. */
interface SourceFolder {
  readonly owner: 'ALL' | 'EACH' | { readonly workspace: string };
  readonly path: string;
}

/** The folders of this machine that data sources may lie in, and which workspace each belongs to. */
export class SourceFolders {
  readonly #folders: readonly SourceFolder[];

  private constructor(folders: readonly SourceFolder[]) {
    this.#folders = folders;
  }

  /** Reads `SOURCE_ROOTS`: `team-a=/srv/a:*=/srv/public:/srv/uploads`. `undefined` when an entry has no absolute folder. */
  static parse(text: string): SourceFolders | undefined {
    const folders = text
      .split(delimiter)
      .filter((entry) => entry !== '')
      .map(folderOf);
    return folders.every(({ path }) => isAbsolute(path)) ? new SourceFolders(folders) : undefined;
  }

  /** What a workspace may read. */
  of({ id, name }: { readonly id: string; readonly name: string }): string[] {
    return this.#folders.flatMap(({ owner, path }) => {
      if (owner === 'ALL') return [path];
      if (owner === 'EACH') return [join(path, id)];
      return owner.workspace === id || owner.workspace === name ? [path] : [];
    });
  }
}

function folderOf(entry: string): SourceFolder {
  if (isAbsolute(entry)) return { owner: 'EACH', path: entry };
  const at = entry.indexOf('=');
  const workspace = entry.slice(0, at).trim();
  return { owner: workspace === '*' ? 'ALL' : { workspace }, path: entry.slice(at + 1) };
}
