import type { Column, PipelineDefinition } from '@millrace/contracts';
import type { SourceReference } from '../sources/source-files.ts';
import type { SourceReading } from '../sources/source-view.ts';
import type { ExpectationCount } from './judge-batch.ts';

/** One run of a pipeline for one interval. */
export interface RunIntervalRequest {
  /** Folder of the workspace's tables; the dataset is `<folder>/<dataset>`. */
  readonly folder: string;
  /** What stays the same when the definition gets a new version, for example the name: its runs of an interval replace each other. */
  readonly pipeline: string;
  readonly pipelineRunId: string;
  /** A positive whole number that grows with every run of the same interval: the newest run's rows stand. */
  readonly sequence: number;
  /** The attempt of the job that does this run, from 1. */
  readonly attempt: number;
  readonly interval: { readonly start: Date; readonly end: Date };
  readonly definition: Pick<PipelineDefinition, 'transform' | 'expectations' | 'dataset' | 'partitionBy' | 'intervalColumn'>;
  readonly sources: readonly SourceReference[];
  /** Folders that sources may lie in. */
  readonly sourceRoots: readonly string[];
}

/** What a run did. It is recorded with the commit, so it can be had again after a crash. */
export interface RunIntervalResult {
  readonly rowsExtracted: number;
  readonly rowsLoaded: number;
  readonly rowsQuarantined: number;
  readonly rowsWarned: number;
  readonly expectations: readonly ExpectationCount[];
  /** How each source was read: what was found of its form and the types of its columns. */
  readonly readings?: readonly SourceReading[];
  /** Bytes of the data files that the run added. */
  readonly bytes: number;
  readonly deltaVersion: number;
  /** The dataset at that version, whole. */
  readonly table: { readonly rows: number; readonly bytes: number; readonly columns: readonly Column[] };
  readonly sources: readonly { readonly name: string; readonly path: string; readonly bytes: number; readonly modifiedAt: number }[];
  /** Whether this call found the load already committed by an earlier attempt and wrote nothing. */
  readonly recovered: boolean;
}

/** Figures of a run as they stand in the commit. */
export type RecordedLoad = Pick<
  RunIntervalResult,
  'rowsExtracted' | 'rowsLoaded' | 'rowsQuarantined' | 'rowsWarned' | 'expectations' | 'readings' | 'bytes' | 'sources'
>;

/** The transaction of an interval, and the tag of its files. */
export function intervalKeyOf({ pipeline, interval }: Pick<RunIntervalRequest, 'pipeline' | 'interval'>): string {
  return `${pipelineKeyOf(pipeline)}${interval.start.toISOString()}/${interval.end.toISOString()}`;
}

/** What the keys of all intervals of a pipeline start with. */
export function pipelineKeyOf(pipeline: string): string {
  return `pipeline/${encodeURIComponent(pipeline)}/`;
}
