import type { AvailabilityAssessment, DatasetVersion, MetricValues, Milestone, ModelVersion, Release, StrategyReview, UseCase } from '@millrace/sdk';

/** What happened, as one line of JSON. Every value comes from an answer of Millrace or is a count of what was sent. */
export interface FlightDelaysResult {
  readonly useCase: Pick<UseCase, 'id' | 'name' | 'status' | 'goal'>;
  readonly assessment: Pick<AvailabilityAssessment, 'id' | 'verdict' | 'rows' | 'findings'>;
  readonly datasetVersion: Pick<DatasetVersion, 'id' | 'dataset' | 'deltaVersion' | 'rows' | 'bytes'>;
  readonly rowsLoaded: number;
  readonly rowsQuarantined: number;
  readonly candidates: readonly { readonly trainer: string; readonly metrics: MetricValues }[];
  readonly modelVersion: Pick<ModelVersion, 'id' | 'model' | 'version' | 'artifactDigest' | 'artifactBytes' | 'threshold'>;
  readonly release: Pick<Release, 'id' | 'status'> & { readonly steps: readonly { readonly kind: string; readonly status: string }[] };
  /** `offered` flights departed in the replayed months, `sent` of them were predicted. */
  readonly predictions: { readonly offered: number; readonly sent: number; readonly requests: number; readonly seconds: number; readonly perSecond: number };
  readonly labels: { readonly sent: number; readonly received: number; readonly matched: number; readonly unmatched: number };
  readonly windows: number;
  readonly drift: readonly {
    readonly windowStart: string;
    readonly driftShare: number | null;
    readonly drifted: readonly string[];
    readonly highestPsi: number | null;
  }[];
  /** Over all closed windows: `auc` weighted by labels, the others from the summed counts. */
  readonly liveMetrics: {
    readonly auc: number | null;
    readonly precision: number | null;
    readonly recall: number | null;
    readonly costPerThousand: number | null;
    readonly costOfWarningNobody: number | null;
  };
  readonly milestones: readonly Pick<Milestone, 'name' | 'metric' | 'status' | 'reason' | 'threshold' | 'dueAt'>[];
  readonly reviews: readonly Pick<StrategyReview, 'id' | 'status' | 'reason'>[];
  readonly seconds: number;
}
