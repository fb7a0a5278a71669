import { makeFolder, type MappedFile } from '@millrace/lakehouse';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** It lies in `.work/scoring` of the lakehouse. */
const ABOVE = 2;

/** What a run has scored already, one small file per data file of its source, so that a run that was cut off goes on where it was. */
export class StagedFiles {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<StagedFiles> {
    await makeFolder(folder, ABOVE);
    return new StagedFiles(folder);
  }

  /** What became of a file of the source; undefined when it was not scored to its end. */
  async find(path: string): Promise<MappedFile | undefined> {
    try {
      return JSON.parse(await readFile(this.pathOf(path), 'utf8')) as MappedFile;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** There whole or not at all. Another attempt of the run may have finished, and removed the folder. */
  async keep(path: string, file: MappedFile): Promise<void> {
    await makeFolder(this.folder, ABOVE);
    const temporary = join(this.folder, `.${randomUUID()}`);
    await writeFile(temporary, JSON.stringify(file), { flush: true });
    await rename(temporary, this.pathOf(path));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private pathOf(path: string): string {
    return join(this.folder, `${createHash('sha256').update(path).digest('hex')}.json`);
  }
}
