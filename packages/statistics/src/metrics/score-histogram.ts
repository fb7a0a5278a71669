import { MillraceError } from '@millrace/contracts';

const BINS = 1000;

/** The plain form of a score histogram: counts per bin of [0, 1], for each class. */
export interface ScoreCounts {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Scores in 1000 equal-width bins of [0, 1], per class. Two of them merge by addition, so the AUC of many nodes or windows
 * needs no raw rows. Scores of one bin count as ties: the error of the AUC is at most half the share of pairs that share a bin.
 */
export class ScoreHistogram {
  readonly #positives = new Float64Array(BINS);
  readonly #negatives = new Float64Array(BINS);

  /** @throws MillraceError BAD_INPUT when the counts do not have 1000 bins per class. */
  static from(counts: ScoreCounts): ScoreHistogram {
    if (counts.positives.length !== BINS || counts.negatives.length !== BINS) {
      throw new MillraceError('BAD_INPUT', `A score histogram has ${BINS} bins per class, got ${counts.positives.length} and ${counts.negatives.length}`);
    }
    const histogram = new ScoreHistogram();
    histogram.#positives.set(counts.positives);
    histogram.#negatives.set(counts.negatives);
    return histogram;
  }

  /** `label` is 1 for the positive class. A score outside [0, 1] counts in the nearest bin. */
  add(score: number, label: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(score * BINS)));
    const counts = label === 1 ? this.#positives : this.#negatives;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }

  merge(other: ScoreHistogram): ScoreHistogram {
    const merged = ScoreHistogram.from(this.toJSON());
    for (let bin = 0; bin < BINS; bin++) {
      merged.#positives[bin] = (merged.#positives[bin] ?? 0) + (other.#positives[bin] ?? 0);
      merged.#negatives[bin] = (merged.#negatives[bin] ?? 0) + (other.#negatives[bin] ?? 0);
    }
    return merged;
  }

  /** Share of positive–negative pairs in the right order, pairs of one bin by half. NaN when one class is absent. */
  auc(): number {
    let below = 0;
    let positives = 0;
    let wins = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const here = this.#negatives[bin] ?? 0;
      const count = this.#positives[bin] ?? 0;
      wins += count * (below + here / 2);
      below += here;
      positives += count;
    }
    return wins / (positives * below);
  }

  toJSON(): ScoreCounts {
    return { positives: Array.from(this.#positives), negatives: Array.from(this.#negatives) };
  }
}
