import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities.ts';
import { MIGRATIONS } from './migrations.ts';
import { SnakeNamingStrategy } from './snake-naming-strategy.ts';

export interface DataSourceOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections that the pool opens at most; 10 unless told. */
  readonly poolSize?: number;
  /** PostgreSQL ends a statement that runs longer, and a transaction in which nothing happens for so long. */
  readonly statementSeconds?: number;
  /** Shown by PostgreSQL in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Told when an idle connection broke, for example because PostgreSQL restarts. The pool opens new ones by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** A data source that is not initialised yet: call `initialize()`, and `destroy()` at the end. */
export function createDataSource({ url, poolSize = 10, applicationName = 'millrace', statementSeconds, onConnectionLost }: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNamingStrategy(),
    installExtensions: false,
    connectTimeoutMS: 10_000,
    poolErrorHandler: (error: Error) => onConnectionLost?.(error),
    extra: { keepAlive: true, onConnect: hear, ...(statementSeconds === undefined ? {} : timeouts(statementSeconds * 1000)) },
  });
}

/** Between the pool and who asked it, nobody listens to a connection: a PostgreSQL that stops at that moment would end the process. Whoever uses the connection next is told. */
function hear(client: ClientBase): void {
  client.on('error', () => {});
}

function timeouts(milliseconds: number): object {
  return { statement_timeout: milliseconds, idle_in_transaction_session_timeout: milliseconds };
}
