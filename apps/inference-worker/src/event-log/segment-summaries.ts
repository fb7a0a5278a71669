import type { ReferenceProfile, WindowSummary } from '@millrace/contracts';
import { SummaryBuilder } from '@millrace/statistics';

/** The summary of one window of one model version. */
export type VersionWindowSummary = WindowSummary & { readonly modelVersionId: string };

interface WindowBuilder {
  readonly modelVersionId: string;
  readonly windowStart: number;
  readonly builder: SummaryBuilder;
}

/** The windows of event time that one segment touches, each as a mergeable summary. Windows are aligned to the epoch. */
export class SegmentSummaries {
  private readonly windowMilliseconds: number | undefined;
  private readonly builders = new Map<string, WindowBuilder>();
  /** Rows that follow each other mostly share their window. */
  private latest: WindowBuilder | undefined;

  /** Without a window there is no monitor, and nothing is summarised. */
  constructor(windowSeconds: number | undefined) {
    this.windowMilliseconds = windowSeconds === undefined ? undefined : windowSeconds * 1000;
  }

  /** Adds one row held by columns. A version without a reference profile, or a row without a score, has nothing to be compared with. */
  add(
    modelVersionId: string,
    profile: ReferenceProfile | null | undefined,
    eventTime: number,
    features: Readonly<Record<string, ArrayLike<unknown>>>,
    scores: ArrayLike<number | null>,
    row: number,
  ): void {
    if (this.windowMilliseconds === undefined || profile === null || profile === undefined) return;
    this.builderFor(modelVersionId, profile, Math.floor(eventTime / this.windowMilliseconds) * this.windowMilliseconds).addRowOf(
      features,
      scores as ArrayLike<number>,
      row,
    );
  }

  build(): VersionWindowSummary[] {
    return [...this.builders.values()].map(({ modelVersionId, builder }) => ({ modelVersionId, ...builder.build() }));
  }

  private builderFor(modelVersionId: string, profile: ReferenceProfile, windowStart: number): SummaryBuilder {
    if (this.latest?.windowStart === windowStart && this.latest.modelVersionId === modelVersionId) return this.latest.builder;
    const key = `${modelVersionId} ${windowStart}`;
    this.latest = this.builders.get(key) ?? { modelVersionId, windowStart, builder: new SummaryBuilder(profile, new Date(windowStart).toISOString()) };
    this.builders.set(key, this.latest);
    return this.latest.builder;
  }
}
