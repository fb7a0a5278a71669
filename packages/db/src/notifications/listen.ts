import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';

export interface NotificationHandlers {
  readonly onMessage: (payload: string) => void;
  /** After a lost connection is back: whatever was sent meanwhile was missed. */
  readonly onReconnected: () => void;
}

const RETRY_MILLISECONDS = 250;

/**
 * Listens on a channel with a connection of its own that comes back by itself when PostgreSQL restarts.
 * Resolves once it listens; when the first connection cannot be made it goes on trying and resolves then.
 * @returns what stops listening
 */
export async function listen(dataSource: DataSource, channel: string, handlers: NotificationHandlers): Promise<() => Promise<void>> {
  const stop = new AbortController();
  let client = await connect(dataSource, channel, handlers, stop.signal, onLost);

  function onLost(): void {
    void connect(dataSource, channel, handlers, stop.signal, onLost).then((next) => {
      client = next;
      if (!stop.signal.aborted) handlers.onReconnected();
      return next;
    });
  }

  return async () => {
    stop.abort();
    await client?.end();
  };
}

/** Tries until it listens; gives up only when stopped. */
async function connect(
  dataSource: DataSource,
  channel: string,
  handlers: NotificationHandlers,
  stopped: AbortSignal,
  onLost: () => void,
): Promise<Client | undefined> {
  while (!stopped.aborted) {
    const client = new Client({ connectionString: urlOf(dataSource), application_name: `millrace-listen-${channel}`, keepAlive: true });
    try {
      client.on('error', () => {});
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      client.on('notification', ({ payload }) => handlers.onMessage(payload ?? ''));
      client.once('end', () => {
        if (!stopped.aborted) onLost();
      });
      if (stopped.aborted) await client.end();
      return client;
    } catch {
      client.end().catch(() => {});
      await delay(RETRY_MILLISECONDS, undefined, { signal: stopped }).catch(() => {});
    }
  }
  return undefined;
}

function urlOf(dataSource: DataSource): string {
  const { options } = dataSource;
  if (options.type !== 'postgres' || options.url === undefined) throw new Error('A data source without a PostgreSQL url cannot listen.');
  return options.url;
}
