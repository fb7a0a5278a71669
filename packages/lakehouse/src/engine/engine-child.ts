import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { checkPipelineSql } from '../pipeline/check-pipeline-sql.ts';
import { loadInterval } from '../pipeline/load-interval.ts';
import { measureRequirement } from '../profile/measure-requirement.ts';
import { profileTable } from '../profile/profile-table.ts';
import { EngineFault } from './engine-fault.ts';
import type { EngineReply, EngineRequest, EngineSession, EngineTaskName, EngineTasks } from './engine-tasks.ts';
import { lockDown } from './lock-down.ts';
import { storageFaultOf } from './sql-fault.ts';

// The entry of the engine process. It serves one job at a time, each in a fresh database, and ends with its parent.

const TASKS: { readonly [Name in EngineTaskName]: (session: EngineSession, input: EngineTasks[Name]['input']) => Promise<EngineTasks[Name]['output']> } = {
  'load-interval': loadInterval,
  'check-sql': checkPipelineSql,
  'profile-table': profileTable,
  'measure-requirement': measureRequirement,
};
const PROGRESS_MILLISECONDS = 200;

let current: DuckDBConnection | undefined;
// The next job's database is opened while there is nothing else to do: eleven milliseconds of each small job.
let next = DuckDBInstance.create(':memory:');

// There is nothing to save, and an orderly exit would wait for the query.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (request: EngineRequest) => {
  if (request.kind === 'cancel') current?.interrupt();
  else void serve(request);
});

async function serve(request: Extract<EngineRequest, { kind: 'run' }>): Promise<void> {
  let reply: EngineReply;
  try {
    reply = { kind: 'done', output: await runTask(request) };
  } catch (error) {
    const fault =
      error instanceof EngineFault ? error : (storageFaultOf(error) ?? new EngineFault('INTERNAL', error instanceof Error ? error.message : String(error)));
    reply = { kind: 'failed', error: fault.toJSON() };
  }
  send(reply);
  next = DuckDBInstance.create(':memory:');
}

async function runTask(request: Extract<EngineRequest, { kind: 'run' }>): Promise<unknown> {
  const instance = await next;
  const connection = await instance.connect();
  current = connection;
  let phase = { from: 0, to: 1, note: '' };
  const timer = setInterval(() => {
    const part = Math.min(1, Math.max(0, connection.progress.percentage / 100));
    send({ kind: 'progress', fraction: phase.from + part * (phase.to - phase.from), note: phase.note });
  }, PROGRESS_MILLISECONDS);
  try {
    await lockDown(connection, request.limits, request.reach);
    const session: EngineSession = {
      connection,
      phase: (from, to, note) => {
        phase = { from, to, note };
      },
    };
    const task = TASKS[request.task] as (session: EngineSession, input: unknown) => Promise<unknown>;
    return await task(session, request.input);
  } finally {
    clearInterval(timer);
    current = undefined;
    connection.closeSync();
    instance.closeSync();
  }
}

function send(reply: EngineReply): void {
  if (process.connected) process.send?.(reply);
}
