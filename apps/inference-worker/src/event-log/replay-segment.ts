import type { ReferenceProfile } from '@millrace/contracts';
import type { SegmentFolder, SegmentHeader, SegmentManifest } from './segment-folder.ts';
import { SegmentSummaries } from './segment-summaries.ts';

type Row = Readonly<Record<string, unknown>> & { readonly event_time: string; readonly model_version_id: string; readonly score: number | null };

/** The profiles of some model versions, asked for when it is known which ones. */
export type FindProfiles = (modelVersionIds: readonly string[]) => Promise<ReadonlyMap<string, ReferenceProfile | null>>;

/**
 * Rebuilds the manifest of a segment that a crash left open. A torn last line is cut off the file; the summaries are those
 * that the rows gave when they were written. Undefined when no whole row is left.
 */
export async function replaySegment(folder: SegmentFolder, header: SegmentHeader, findProfiles: FindProfiles): Promise<SegmentManifest | undefined> {
  const bytes = await folder.readRows(header.sequence).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const rows: Row[] = [];
  let end = 0;
  for (let next = bytes.indexOf(10); next !== -1; next = bytes.indexOf(10, end)) {
    const row = parseRow(bytes.toString('utf8', end, next));
    if (row === undefined) break;
    rows.push(row);
    end = next + 1;
  }
  if (rows.length === 0) return undefined;
  if (end < bytes.length) await folder.truncateRows(header.sequence, end);

  const profiles = await findProfiles([...new Set(rows.map((row) => row.model_version_id))]);
  const summaries = new SegmentSummaries(header.windowSeconds ?? undefined);
  const times = rows.map((row) => Date.parse(row.event_time));
  for (const [index, row] of rows.entries()) {
    const { model_version_id: modelVersionId, score } = row;
    const features = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]]));
    summaries.add({ modelVersionId, referenceProfile: profiles.get(modelVersionId) ?? null, times: [times[index] ?? 0], rows: 1 }, features, [score]);
  }
  const [min, max] = times.reduce(([low, high], time) => [Math.min(low, time), Math.max(high, time)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  return {
    sequence: header.sequence,
    endpointId: header.endpointId,
    rows: rows.length,
    minEventTime: new Date(min).toISOString(),
    maxEventTime: new Date(max).toISOString(),
    summaries: summaries.build(),
  };
}

/** A line is whole when it parses; a crash in the middle of a write can leave text or zeros. */
function parseRow(line: string): Row | undefined {
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}
