import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';

const CONNECT_MILLISECONDS = 50;

/** A Redis that keeps nothing on disk: when it is killed, all deliveries are gone. */
export class OwnQueue {
  readonly #port: number;
  #server: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  /** `undefined` where there is no `redis-server`. */
  static async start(): Promise<OwnQueue | undefined> {
    if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
    const queue = new OwnQueue(await freePort());
    await queue.#begin();
    return queue;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** All deliveries are gone; connections stay. */
  async flush(): Promise<void> {
    const redis = new Redis(this.url);
    await redis.flushall().finally(() => redis.disconnect());
  }

  /** All deliveries are gone, and all connections. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#begin();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  async #begin(): Promise<void> {
    const flags = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#server = spawn('redis-server', flags, { stdio: 'ignore' });
    const redis = new Redis(this.url, { retryStrategy: () => CONNECT_MILLISECONDS, maxRetriesPerRequest: null });
    redis.on('error', () => {});
    await redis.ping().finally(() => redis.disconnect());
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
