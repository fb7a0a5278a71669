import type { PipelineDefinition } from '@millrace/contracts';
import { checkExpression, checkSelect } from '../engine/sql-guard.ts';
import type { EngineSession } from '../engine/engine-tasks.ts';
import { originOf } from './expectation-sql.ts';

/** The SQL of a pipeline, and the names that it may read. */
export type PipelineSql = Pick<PipelineDefinition, 'transform' | 'expectations'> & { readonly sources: readonly string[] };

/** Parses the SQL of a pipeline as a run of it would, and binds nothing. Fails with `SQL_INVALID` or `SQL_FORBIDDEN`, with line and column. */
export async function checkPipelineSql({ connection }: EngineSession, { transform, sources, expectations }: PipelineSql): Promise<null> {
  await checkSelect(connection, 'transform', transform, sources);
  for (const expectation of expectations) {
    if (expectation.kind === 'expression') await checkExpression(connection, originOf(expectation), expectation.sql);
  }
  return null;
}
