/** What a dataset version was made from. `modifiedAt` is ISO 8601. */
export interface DatasetLineage {
  readonly pipelineRunId: string;
  readonly sources: readonly { readonly dataSourceId: string; readonly uri: string; readonly bytes: number; readonly modifiedAt: string }[];
  readonly transform: string;
}
