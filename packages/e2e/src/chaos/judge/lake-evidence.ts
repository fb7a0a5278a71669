import type { ComparedCommits } from '@millrace/lakehouse';

export interface PredictionRow {
  readonly eventId: string;
  readonly eventTime: number;
  readonly modelVersionId: string;
  readonly score: number;
}

export interface LabelRow {
  readonly eventId: string;
  readonly value: number;
  readonly batchId: string;
}

/** A live file of a dataset, or of its quarantine. */
export interface DatasetFile {
  readonly dataset: string;
  readonly isQuarantine: boolean;
  /** Of the pipeline or of scoring. */
  readonly runId: string | undefined;
  readonly rows: number;
}

/** A dataset version as it is recorded, and the rows that its commit has. */
export interface DatasetVersionOnDisk {
  readonly id: string;
  readonly recordedRows: number;
  readonly rows: number | undefined;
}

export interface LakeEvidence {
  readonly predictions: readonly PredictionRow[];
  readonly labels: readonly LabelRow[];
  readonly watchedLabels: readonly LabelRow[];
  readonly files: readonly DatasetFile[];
  readonly versions: readonly DatasetVersionOnDisk[];
  readonly compared: readonly (ComparedCommits & { readonly dataset: string })[];
  /** Rows of the scored table beyond one for each flight and each time it was scored. */
  readonly doubledScores: number;
  holdsArtifact(digest: string): Promise<boolean>;
}
