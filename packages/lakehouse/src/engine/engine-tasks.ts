import type { DuckDBConnection } from '@duckdb/node-api';
import type { SerializedError } from '@millrace/contracts';
import type { PipelineSql } from '../pipeline/check-pipeline-sql.ts';
import type { LoadIntervalInput, LoadIntervalOutput } from '../pipeline/load-interval.ts';
import type { ProfileInput, TableProfile } from '../profile/profile-table.ts';
import type { MeasureInput, RequirementMeasures } from '../profile/measure-requirement.ts';
import type { EngineLimits, EngineReach } from './lock-down.ts';

/** The jobs that the engine process knows. */
export interface EngineTasks {
  readonly 'load-interval': { readonly input: LoadIntervalInput; readonly output: LoadIntervalOutput };
  readonly 'check-sql': { readonly input: PipelineSql; readonly output: null };
  readonly 'profile-table': { readonly input: ProfileInput; readonly output: TableProfile };
  readonly 'measure-requirement': { readonly input: MeasureInput; readonly output: RequirementMeasures };
}

export type EngineTaskName = keyof EngineTasks;

/** What a task works with inside the engine process: a locked-down database of its own. */
export interface EngineSession {
  readonly connection: DuckDBConnection;
  /** Reports that the part of the work from `from` to `to` (fractions) is under way; DuckDB's own progress fills in between. */
  phase(from: number, to: number, note: string): void;
}

/** From the parent to the engine process. */
export type EngineRequest =
  | { readonly kind: 'run'; readonly task: EngineTaskName; readonly input: unknown; readonly limits: EngineLimits; readonly reach: EngineReach }
  | { readonly kind: 'cancel' };

/** From the engine process to the parent. */
export type EngineReply =
  | { readonly kind: 'progress'; readonly fraction: number; readonly note: string }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: SerializedError };
