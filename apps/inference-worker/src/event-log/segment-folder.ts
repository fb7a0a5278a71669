import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { windowSummarySchema } from '@millrace/contracts';

/** Written when a segment opens: what is needed to replay it. */
const segmentHeaderSchema = z.object({ sequence: z.int(), endpointId: z.string(), windowSeconds: z.int().nullable() });
export type SegmentHeader = z.infer<typeof segmentHeaderSchema>;

/** Written when a segment closes: what the control plane is told about it. Times are ISO 8601. */
const segmentManifestSchema = z.object({
  sequence: z.int(),
  endpointId: z.string(),
  rows: z.int().min(1),
  minEventTime: z.iso.datetime(),
  maxEventTime: z.iso.datetime(),
  summaries: z.array(windowSummarySchema.extend({ modelVersionId: z.string() })),
});
export type SegmentManifest = z.infer<typeof segmentManifestSchema>;

const FIRST_SEQUENCE_EPOCH = Date.UTC(2026, 0, 1);

/**
 * The folder of a node's segments: `<sequence>.header.json` and `<sequence>.ndjson` while one is open, and
 * `<sequence>.manifest.json` beside them once it is closed. JSON files appear whole or not at all.
 */
export class SegmentFolder {
  readonly path: string;
  private lastSequence: number;
  private counting: Promise<void> = Promise.resolve();

  private constructor(path: string, lastSequence: number) {
    this.path = path;
    this.lastSequence = lastSequence;
  }

  static async open(path: string, now: number): Promise<SegmentFolder> {
    await mkdir(path, { recursive: true });
    // A node that lost its folder must not reuse the numbers that the control plane has seen, so counting starts at the seconds since 2026.
    const stored = await readFile(join(path, 'last-sequence'), 'utf8').then(Number, () => 0);
    return new SegmentFolder(path, Math.max(stored, Math.floor((now - FIRST_SEQUENCE_EPOCH) / 1000)));
  }

  /** Takes the next number of this node, for good. The file is written by one endpoint after the other, and never goes back. */
  async nextSequence(): Promise<number> {
    const sequence = ++this.lastSequence;
    this.counting = this.counting.catch(() => undefined).then(() => this.replaceFile('last-sequence', String(this.lastSequence)));
    await this.counting;
    return sequence;
  }

  dataPath(sequence: number): string {
    return join(this.path, `${sequence}.ndjson`);
  }

  writeHeader(header: SegmentHeader): Promise<void> {
    return this.replaceFile(`${header.sequence}.header.json`, JSON.stringify(header));
  }

  writeManifest(manifest: SegmentManifest): Promise<void> {
    return this.replaceFile(`${manifest.sequence}.manifest.json`, JSON.stringify(manifest));
  }

  /** Sequences of closed segments that still wait to be uploaded, oldest first. */
  async closed(): Promise<readonly number[]> {
    return sequences(await readdir(this.path), '.manifest.json');
  }

  /** Headers of segments that were never closed: what a crash left behind. */
  async unfinished(): Promise<readonly SegmentHeader[]> {
    const files = await readdir(this.path);
    const closed = new Set(sequences(files, '.manifest.json'));
    const unclosed = sequences(files, '.header.json').filter((sequence) => !closed.has(sequence));
    return Promise.all(
      unclosed.map(async (sequence) => segmentHeaderSchema.parse(JSON.parse(await readFile(join(this.path, `${sequence}.header.json`), 'utf8')))),
    );
  }

  async readManifest(sequence: number): Promise<SegmentManifest> {
    return segmentManifestSchema.parse(JSON.parse(await readFile(join(this.path, `${sequence}.manifest.json`), 'utf8')));
  }

  /** Removes a segment; the manifest goes last, so that a crash in between leaves a segment that is recorded again, not one that is replayed. */
  async remove(sequence: number): Promise<void> {
    for (const suffix of ['.ndjson', '.header.json', '.manifest.json']) await rm(join(this.path, `${sequence}${suffix}`), { force: true });
  }

  private async replaceFile(name: string, content: string): Promise<void> {
    const temporary = join(this.path, `${name}.temporary`);
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, join(this.path, name));
    const folder = await open(this.path);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function sequences(files: readonly string[], suffix: string): number[] {
  return files
    .filter((file) => file.endsWith(suffix))
    .map((file) => Number(file.slice(0, -suffix.length)))
    .toSorted((a, b) => a - b);
}
