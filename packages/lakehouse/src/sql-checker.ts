import { tmpdir } from 'node:os';
import { MillraceError, type PipelineDefinition } from '@millrace/contracts';
import { SqlEngine } from './engine/sql-engine.ts';
import type { PipelineSql } from './pipeline/check-pipeline-sql.ts';

/** Parsing takes milliseconds. What takes longer is meant to. */
const LIMITS = { memoryLimit: '256MB', threads: 1, temporaryLimit: '0KB', timeoutMilliseconds: 5000, jobsPerProcess: 200 } as const;
/** Callers who wait for their turn at most, altogether and of one workspace; one waits for at most so many times the time limit. */
const [MOST_WAITING, MOST_OF_ONE] = [4, 2];
/** The process ends when nobody has saved SQL for so long. */
const IDLE_MILLISECONDS = 60_000;

/**
 * Parses the SQL of pipelines before they are saved, in an engine process: no SQL of a user is looked at in this one. One at a time; when too many wait, the
 * next is refused with a retryable `TOO_MANY_REQUESTS`, and the third of a workspace in any case.
 */
export class SqlChecker {
  #engine: SqlEngine | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting: string[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** Fails with `SQL_INVALID` or `SQL_FORBIDDEN` that name the SQL, its line and column; with `TIMEOUT` where it takes too long to be parsed. */
  async check({ transform, sources, expectations }: PipelineDefinition, workspaceId: string): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING || this.#waiting.filter((other) => other === workspaceId).length >= MOST_OF_ONE)
      throw new MillraceError('TOO_MANY_REQUESTS', 'Too many pipelines are being saved at this moment; try again in a second.', { retryable: true });
    this.#waiting.push(workspaceId);
    const input = { transform, expectations, sources: sources.map(({ name }) => name) };
    const checked = this.#turn.then(() => this.#run(input));
    this.#turn = checked.catch(() => undefined);
    try {
      await checked;
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(workspaceId), 1);
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#engine?.close();
    this.#engine = undefined;
  }

  async #run(input: PipelineSql): Promise<void> {
    clearTimeout(this.#idle);
    this.#engine ??= new SqlEngine({ ...LIMITS, temporaryFolder: tmpdir() });
    try {
      await this.#engine.run('check-sql', input, { reach: { files: [], folders: [] } });
    } finally {
      this.#idle = setTimeout(() => this.close(), IDLE_MILLISECONDS).unref();
    }
  }
}
