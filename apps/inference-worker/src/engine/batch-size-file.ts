import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { BatchSizeKey, BatchSizeMemory } from './batch-size-memory.ts';

/** Sizes that are remembered at most; the oldest goes first. */
const MAXIMUM_SIZES = 1000;

const contentSchema = z.object({ nodeClass: z.string(), sizes: z.array(z.tuple([z.string(), z.int().min(1)])) });

/**
 * Batch sizes in a JSON file, for one class of node: what another class of machine wrote is forgotten. The file only saves
 * time, so one that cannot be read counts as empty, and one that cannot be written is tried again with the next size.
 */
export class BatchSizeFile implements BatchSizeMemory {
  private readonly path: string;
  private readonly nodeClass: string;
  private readonly sizes: Map<string, number>;
  private writing: Promise<void> = Promise.resolve();

  private constructor(path: string, nodeClass: string, sizes: Map<string, number>) {
    this.path = path;
    this.nodeClass = nodeClass;
    this.sizes = sizes;
  }

  static async open(path: string, nodeClass: string): Promise<BatchSizeFile> {
    return new BatchSizeFile(path, nodeClass, await readSizes(path, nodeClass));
  }

  find(key: BatchSizeKey): number | undefined {
    return this.sizes.get(textOf(key));
  }

  keep(key: BatchSizeKey, rows: number): void {
    this.sizes.set(textOf(key), rows);
    for (const oldest of this.sizes.keys()) {
      if (this.sizes.size <= MAXIMUM_SIZES) break;
      this.sizes.delete(oldest);
    }
    this.writing = this.writing.then(() => this.write()).catch(() => undefined);
  }

  /** Resolves when what was kept is on disk, or could not be written. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    await writeFile(`${this.path}.new`, JSON.stringify({ nodeClass: this.nodeClass, sizes: [...this.sizes] }));
    await rename(`${this.path}.new`, this.path);
  }
}

async function readSizes(path: string, nodeClass: string): Promise<Map<string, number>> {
  try {
    const content = contentSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(content.nodeClass === nodeClass ? content.sizes : []);
  } catch {
    return new Map();
  }
}

function textOf({ artifactDigest, provider, maximumRows }: BatchSizeKey): string {
  return `${artifactDigest} ${provider} ${maximumRows}`;
}
