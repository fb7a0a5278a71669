import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAnswer, HttpHandler, HttpRequest } from './http-message.ts';
import { BodyTooLarge, readBody } from './read-body.ts';

/** Where and how the server listens. Port 0 takes a free one. */
export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly maximumBodyBytes: number;
  /** How long requests that are under way may take when the server closes. */
  readonly graceMilliseconds: number;
  readonly handler: HttpHandler;
  /** Told about what the handler threw. */
  readonly onFault: (error: unknown) => void;
}

/** HTTP/1.1 for one handler. */
export class HttpServer {
  readonly url: string;
  private readonly server: Server;
  private readonly state: { closing: boolean };
  private readonly graceMilliseconds: number;

  private constructor(server: Server, url: string, { state, graceMilliseconds }: { readonly state: { closing: boolean }; readonly graceMilliseconds: number }) {
    this.server = server;
    this.url = url;
    this.state = state;
    this.graceMilliseconds = graceMilliseconds;
  }

  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const state = { closing: false };
    const server = createServer((request, response) => {
      if (state.closing) response.shouldKeepAlive = false;
      void answer(options, request, response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new HttpServer(server, `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`, {
      state,
      graceMilliseconds: options.graceMilliseconds,
    });
  }

  /** Takes no new connection, answers what is in flight, then closes. A request that is still arriving after the grace is cut off. */
  async close(): Promise<void> {
    this.state.closing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeIdleConnections();
    // A connection that was busy when closing began is idle when its answer is out, and would stay open until its client lets go.
    const sweep = setInterval(() => this.server.closeIdleConnections(), 50);
    const cutOff = setTimeout(() => this.server.closeAllConnections(), this.graceMilliseconds);
    await closed;
    clearTimeout(cutOff);
    clearInterval(sweep);
  }
}

async function answer(options: HttpServerOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readBody(incoming, options.maximumBodyBytes);
    send(response, await options.handler(requestOf(incoming, response, body)));
  } catch (thrown) {
    if (thrown instanceof BodyTooLarge) return sendError(response, 413, thrown.message);
    options.onFault(thrown);
    sendError(response, 500, 'internal error');
  }
}

function requestOf(incoming: IncomingMessage, response: ServerResponse, body: Buffer): HttpRequest {
  const [path = '', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: { get: (name) => incoming.headers[name]?.toString() },
    body,
    client: {
      get gone() {
        return response.destroyed;
      },
    },
  };
}

function send(response: ServerResponse, { status, headers, body, afterwards }: HttpAnswer): void {
  const parts = Array.isArray(body) ? (body as readonly (string | Uint8Array)[]) : [body as string | Uint8Array];
  const length = parts.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength), 0);
  response.writeHead(status, { ...headers, 'content-length': length });
  for (const part of parts) response.write(part);
  response.end();
  afterwards?.();
}

function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return;
  send(response, {
    status,
    headers: { 'content-type': 'application/json', ...(status === 413 && { connection: 'close' }) },
    body: JSON.stringify({ error: message }),
  });
}
