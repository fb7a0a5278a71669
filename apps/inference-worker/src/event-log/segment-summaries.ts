import type { ReferenceProfile, WindowSummary } from '@millrace/contracts';
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

/** The windows of event time that one segment touches, each as a mergeable summary. Windows are aligned to the epoch. */
export class SegmentSummaries {
  private readonly windowMilliseconds: number | undefined;
  private readonly builders = new Map<string, WindowBuilder>();

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
      this.builderFor(modelVersionId, referenceProfile, windowStart).addRowsOf(features, scores as ArrayLike<number>, from, to);
    }
  }

  build(): VersionWindowSummary[] {
    return [...this.builders.values()].map(({ modelVersionId, builder }) => ({ modelVersionId, ...builder.build() }));
  }

  private builderFor(modelVersionId: string, profile: ReferenceProfile, windowStart: number): SummaryBuilder {
    const key = `${modelVersionId} ${windowStart}`;
    const known = this.builders.get(key);
    if (known !== undefined) return known.builder;
    const builder = new SummaryBuilder(profile, new Date(windowStart).toISOString());
    this.builders.set(key, { modelVersionId, builder });
    return builder;
  }
}
