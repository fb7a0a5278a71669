import type { ReferenceProfile } from '@millrace/contracts';
import { LONGEST_HEAD_BYTES, readSegment } from '@millrace/prediction-segment';
import { SegmentContents } from './segment-contents.ts';
import type { SegmentFolder, SegmentManifest } from './segment-folder.ts';

/** The profiles of some model versions, asked for when it is known which ones. */
export type FindProfiles = (modelVersionIds: readonly string[]) => Promise<ReadonlyMap<string, ReferenceProfile | null>>;

/**
 * Rebuilds the manifest of a segment that a crash left open. What comes after its whole blocks is cut off the file; the summaries are
 * those that the rows gave when they were written. `EMPTY` when no whole row is left, `DAMAGED` when there was more than a crash can have
 * left of an empty one.
 */
export async function replaySegment(folder: SegmentFolder, sequence: number, findProfiles: FindProfiles): Promise<SegmentManifest | 'EMPTY' | 'DAMAGED'> {
  const bytes = await folder.readRows(sequence);
  const { head, blocks, end } = readSegment(bytes);
  if (head === undefined) return bytes.length > LONGEST_HEAD_BYTES ? 'DAMAGED' : 'EMPTY';
  if (blocks.length === 0) return 'EMPTY';
  if (end < bytes.length) await folder.truncateRows(sequence, end);
  const profiles = await findProfiles([...new Set(blocks.map(({ modelVersionId }) => modelVersionId))]);
  const contents = new SegmentContents(head);
  for (const block of blocks) contents.add(block, profiles.get(block.modelVersionId) ?? null);
  return contents.manifest(sequence) ?? 'EMPTY';
}
