import type { AssignedVersion } from '@millrace/contracts';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const sizesSchema = z.record(z.string(), z.number().positive());

/** Before a model was ever loaded: what ONNX Runtime needs beside the weights is half as much again. */
const ESTIMATE_FACTOR = 1.5;
/** A session thread by itself, without a model. */
const THREAD_BYTES = 8 * 2 ** 20;
/** What a load may be taken to cost at most: whatever is measured above it, others have allocated at the same time. */
const CEILING_FACTOR = 4;
/** How much a further measurement counts against those before it. */
const WEIGHT_OF_NEWEST = 0.25;

type Sized = Pick<AssignedVersion, 'artifactDigest' | 'artifactBytes' | 'serving'>;

/**
 * How much memory each model takes, by digest and number of instances: measured as the growth of resident memory while it
 * is loaded. A load that reuses memory of an evicted model seems to cost nothing, and one beside traffic seems to cost too
 * much, so that measurements are bounded on both sides and averaged. They are kept in a file for the next start.
 */
export class ModelSizes {
  private readonly path: string | undefined;
  private readonly sizes: Map<string, number>;
  private writing: Promise<void> = Promise.resolve();

  private constructor(path: string | undefined, sizes: Map<string, number>) {
    this.path = path;
    this.sizes = sizes;
  }

  /** Forgets everything at the end of the process. */
  static inMemory(): ModelSizes {
    return new ModelSizes(undefined, new Map());
  }

  /** A file that is missing or cannot be read is an empty one: the sizes are measured again. */
  static async open(path: string): Promise<ModelSizes> {
    return new ModelSizes(path, new Map(Object.entries(await readSizes(path))));
  }

  /** What a load is going to take, in bytes. */
  expected(version: Sized): number {
    return this.sizes.get(keyOf(version)) ?? Math.max(floorOf(version), version.artifactBytes * ESTIMATE_FACTOR * version.serving.instances);
  }

  /** Takes note of the growth of resident memory by one load, and returns what the model is taken to hold. */
  measured(version: Sized, grownBytes: number): number {
    const floor = floorOf(version);
    const bounded = Math.min(Math.max(grownBytes, floor), floor * CEILING_FACTOR);
    const before = this.sizes.get(keyOf(version));
    const size = Math.round(before === undefined ? bounded : before + (bounded - before) * WEIGHT_OF_NEWEST);
    this.sizes.set(keyOf(version), size);
    this.write();
    return size;
  }

  /** Resolves when everything that was measured is on disk. */
  async written(): Promise<void> {
    await this.writing;
  }

  private write(): void {
    const { path } = this;
    if (path === undefined) return;
    this.writing = this.writing
      .then(async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.temporary`, JSON.stringify(Object.fromEntries(this.sizes)));
        await rename(`${path}.temporary`, path);
      })
      // A disk that is full costs a measurement at the next start, nothing else.
      .catch(() => undefined);
  }
}

async function readSizes(path: string): Promise<Record<string, number>> {
  try {
    return sizesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

function floorOf({ artifactBytes, serving }: Sized): number {
  return (artifactBytes + THREAD_BYTES) * serving.instances;
}

function keyOf({ artifactDigest, serving }: Sized): string {
  return serving.instances === 1 ? artifactDigest : `${artifactDigest} x ${serving.instances}`;
}
