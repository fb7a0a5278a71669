/** What a pipeline run made a dataset version from. `modifiedAt` is ISO 8601. */
export interface PipelineLineage {
  readonly pipelineRunId: string;
  readonly sources: readonly { readonly dataSourceId: string; readonly uri: string; readonly bytes: number; readonly modifiedAt: string }[];
  readonly transform: string;
}

/** What a scoring run made a dataset version from: the rows, and the model version that answered for them. */
export interface ScoringLineage {
  readonly scoringRunId: string;
  readonly modelVersionId: string;
  readonly datasetVersionId: string;
}

/** What a dataset version was made from. */
export type DatasetLineage = PipelineLineage | ScoringLineage;
