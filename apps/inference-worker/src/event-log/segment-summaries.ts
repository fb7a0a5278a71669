import { SEGMENT_SUMMARY_LIMITS, type ReferenceProfile, type WindowSummary } from '@millrace/contracts';
import { SummaryBuilder } from '@millrace/statistics';

/** The summary of one window of one model version. */
export type VersionWindowSummary = WindowSummary & { readonly modelVersionId: string };

/** Rows of one version. Times are milliseconds since the epoch. */
interface SummarisedRows {
  readonly modelVersionId: string;
  readonly referenceProfile: ReferenceProfile | null;
  readonly times: ArrayLike<number>;
  readonly rows: number;
}

interface WindowBuilder {
  readonly modelVersionId: string;
  readonly builder: SummaryBuilder;
}

/** Bytes are those of summaries that have counted nothing: filled ones take less than twice that. */
const MOST = { windows: SEGMENT_SUMMARY_LIMITS.windows, bytes: SEGMENT_SUMMARY_LIMITS.bytes / 2 };

/**
 * The windows of event time that one segment touches, each as a mergeable summary. Windows are aligned to the epoch. Whoever sends
 * predictions says their times, so one caller may touch a window with every row: a segment is full long before the control plane
 * would refuse it, and with it the rows of everybody else. What goes beyond that at once is in no summary, and is counted.
 */
export class SegmentSummaries {
  private readonly windowMilliseconds: number | undefined;
  private readonly builders = new Map<string, WindowBuilder>();
  private bytes = 0;
  /** Rows that are in no summary because their windows were too many. */
  unsummarisedRows = 0;

  /** Without a window there is no monitor, and nothing is summarised. */
  constructor(windowSeconds: number | undefined) {
    this.windowMilliseconds = windowSeconds === undefined ? undefined : windowSeconds * 1000;
  }

  /** Adds rows held by columns. A version without a reference profile has nothing to be compared with. */
  add(
    { modelVersionId, referenceProfile, times, rows }: SummarisedRows,
    features: Readonly<Record<string, ArrayLike<unknown>>>,
    scores: ArrayLike<number | null>,
  ): void {
    const width = this.windowMilliseconds;
    if (width === undefined || referenceProfile === null) return;
    const windowOf = (row: number): number => Math.floor((times[row] ?? 0) / width) * width;
    for (let from = 0, to = 0; from < rows; from = to) {
      const windowStart = windowOf(from);
      for (to = from + 1; to < rows && windowOf(to) === windowStart;) to++;
      const builder = this.builderFor(modelVersionId, referenceProfile, windowStart);
      if (builder === undefined) this.unsummarisedRows += to - from;
      else builder.addRowsOf(features, scores as ArrayLike<number>, from, to);
    }
  }

  /** Whether what comes next is better off in another segment. */
  get isFull(): boolean {
    return this.builders.size >= MOST.windows / 2 || this.bytes >= MOST.bytes / 2;
  }

  build(): VersionWindowSummary[] {
    return [...this.builders.values()].map(({ modelVersionId, builder }) => ({ modelVersionId, ...builder.build() }));
  }

  private builderFor(modelVersionId: string, profile: ReferenceProfile, windowStart: number): SummaryBuilder | undefined {
    const key = `${modelVersionId} ${windowStart}`;
    const known = this.builders.get(key);
    if (known !== undefined) return known.builder;
    if (this.builders.size >= MOST.windows || this.bytes >= MOST.bytes) return undefined;
    const builder = new SummaryBuilder(profile, new Date(windowStart).toISOString());
    this.bytes += JSON.stringify(builder.build()).length;
    this.builders.set(key, { modelVersionId, builder });
    return builder;
  }
}
