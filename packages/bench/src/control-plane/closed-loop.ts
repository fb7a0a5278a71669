import { Agent, request } from 'node:http';

/** One operation that a client sends again and again. */
export interface Load {
  readonly url: string;
  readonly token: string;
  readonly body: () => string;
  /** Clients at once: each sends its next request when it has the answer to the last. */
  readonly clients: number;
  readonly until: AbortSignal;
}

export interface LoadResult {
  /** Milliseconds that each accepted request took. */
  readonly accepted: number[];
  /** Requests that were sent away with 429 or 503, and how many of them said when to come back. */
  refused: number;
  refusedWithTime: number;
  /** Anything else. */
  failed: number;
}

/** Keeps so many clients busy until the signal. Nobody waits as he is told: this is the crowd that shedding is for. */
export async function closedLoop(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const result: LoadResult = { accepted: [], refused: 0, refusedWithTime: 0, failed: 0 };
  await Promise.all(
    Array.from({ length: load.clients }, async () => {
      while (!load.until.aborted) await once(load, agent, result);
    }),
  );
  agent.destroy();
  return result;
}

function once({ url, token, body }: Load, agent: Agent, result: LoadResult): Promise<void> {
  const from = performance.now();
  return new Promise((resolve) => {
    const failed = (): void => {
      result.failed += 1;
      resolve();
    };
    const sent = request(
      `${url}/graphql`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } },
      (answer) => {
        answer.resume();
        answer.on('error', failed);
        answer.on('end', () => {
          const { statusCode = 0, headers } = answer;
          if (statusCode === 200) result.accepted.push(performance.now() - from);
          else if (statusCode === 429 || statusCode === 503) {
            result.refused += 1;
            if (headers['retry-after'] !== undefined) result.refusedWithTime += 1;
          } else result.failed += 1;
          resolve();
        });
      },
    );
    sent.on('error', failed);
    sent.end(body());
  });
}
