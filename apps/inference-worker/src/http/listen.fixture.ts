import { HttpServer, type HttpServerOptions } from './http-server.ts';
import type { HttpAnswer, HttpRequest } from './http-message.ts';

/** A server on a free port that answers with what it was asked. */
export interface ListeningFixture {
  readonly server: HttpServer;
  readonly faults: unknown[];
}

export async function listen(options: Partial<HttpServerOptions> = {}): Promise<ListeningFixture> {
  const faults: unknown[] = [];
  const server = await HttpServer.listen({
    host: '127.0.0.1',
    port: 0,
    maximumBodyBytes: 100_000,
    graceMilliseconds: 2000,
    handler: echo,
    onFault: (error) => faults.push(error),
    ...options,
    limits: { lingerMilliseconds: 50, ...options.limits },
  });
  return { server, faults };
}

export function echo({ method, path, query, body }: HttpRequest): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: `${method} ${path} ${query} ${body.length}` };
}

/** Requests that are answered when the test says so. */
export class HeldRequests {
  readonly requests: HttpRequest[] = [];
  private readonly answers: ((answer: HttpAnswer) => void)[] = [];
  private arrived: (() => void)[] = [];

  readonly handler = (request: HttpRequest): Promise<HttpAnswer> => {
    this.requests.push(request);
    for (const resolve of this.arrived.splice(0)) resolve();
    return new Promise((resolve) => this.answers.push(resolve));
  };

  async untilHeld(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.arrived.push(resolve));
  }

  answer(index: number, body = `answer ${index}.`): void {
    this.answers[index]?.({ status: 200, headers: {}, body });
  }
}

export const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
