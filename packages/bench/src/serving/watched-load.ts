import { Agent, request } from 'node:http';

/** One answer, or how a request ended without one. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly milliseconds: number }
  /** The connection broke. `wasOpen`: it had answered before, so the server had taken it. */
  | { readonly kind: 'broken'; readonly wasOpen: boolean; readonly reason: string };

/** Load from this process, for suites that look at every single answer. */
export class WatchedLoad {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly stopping = new AbortController();
  private readonly clients: Promise<void>[];

  /** Each of `clients` sends its next request when the last one is answered, until it is stopped or `onOutcome` returns false. */
  constructor(options: { url: string; headers: Readonly<Record<string, string>>; body: string; clients: number; onOutcome: (outcome: Outcome) => boolean }) {
    const { url, headers, body, onOutcome } = options;
    const bytes = Buffer.from(body);
    const fields = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers };
    this.clients = Array.from({ length: options.clients }, async () => {
      while (!this.stopping.signal.aborted && onOutcome(await this.ask(url, fields, bytes)));
    });
  }

  /** Resolves when every client has ended by itself. */
  async ended(): Promise<void> {
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended();
  }

  private ask(url: string, headers: Readonly<Record<string, string | number>>, body: Buffer): Promise<Outcome> {
    const start = performance.now();
    return new Promise((resolve) => {
      const call = request(url, { agent: this.agent, method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve({ kind: 'broken', wasOpen: true, reason: error.message }));
        response.on('end', () => {
          const milliseconds = performance.now() - start;
          resolve({ kind: 'answered', status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), milliseconds });
        });
      });
      call.on('error', (error) => resolve({ kind: 'broken', wasOpen: call.reusedSocket, reason: error.message }));
      call.end(body);
    });
  }
}
