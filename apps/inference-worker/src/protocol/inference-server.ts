import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeModel, isModelReady, SERVER_METADATA } from './describe-model.ts';
import { handleInfer } from './handle-infer.ts';
import { matchRoute, type Route } from './match-route.ts';
import { ProtocolError } from './protocol-error.ts';
import { readBody } from './read-body.ts';
import type { ServingContext } from './serving-context.ts';

/** Where and how the server listens. Port 0 takes a free one. */
export interface InferenceServerOptions {
  readonly host: string;
  readonly port: number;
  readonly maximumBodyBytes: number;
  /** How long requests that are under way may take when the server closes. */
  readonly graceMilliseconds: number;
  /** Told about answers that are our fault (status 500 and above, but not 503). */
  readonly onFault: (error: unknown) => void;
}

/** The Open Inference Protocol over HTTP. */
export class InferenceServer {
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

  static async listen(context: ServingContext, options: InferenceServerOptions): Promise<InferenceServer> {
    const state = { closing: false };
    const server = createServer((request, response) => {
      if (state.closing) response.shouldKeepAlive = false;
      void answer(context, options, request, response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new InferenceServer(server, `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`, {
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

async function answer(context: ServingContext, options: InferenceServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const route = matchRoute(request.method ?? 'GET', request.url ?? '/');
    if (route.kind === 'infer') {
      if (request.headers['inference-header-content-length'] !== undefined)
        throw new ProtocolError(415, 'binary tensor data is not supported, send tensors as JSON');
      const { body, afterwards } = await handleInfer(context, route.endpoint, route.version, await readBody(request, options.maximumBodyBytes));
      send(response, 200, body);
      afterwards();
    } else {
      request.resume();
      const [status, body] = answerGet(context, route);
      send(response, status, JSON.stringify(body));
    }
  } catch (thrown) {
    const error = ProtocolError.from(thrown);
    if (error.status >= 500 && error.status !== 503) options.onFault(thrown);
    if (!response.headersSent) send(response, error.status, JSON.stringify({ error: error.message }), error.headers);
  }
}

function answerGet(context: ServingContext, route: Route): [number, object] {
  switch (route.kind) {
    case 'server':
      return [200, SERVER_METADATA];
    case 'live':
      return [200, { live: true }];
    case 'ready':
      return ready(context.isReady(), {});
    case 'model':
      return [200, describeModel(context, route.endpoint, route.version)];
    case 'model-ready':
      return ready(isModelReady(context, route.endpoint, route.version), { name: route.endpoint });
    case 'infer':
      throw new ProtocolError(405, 'infer takes POST', { allow: 'POST' });
  }
}

function ready(isReady: boolean, naming: object): [number, object] {
  return [isReady ? 200 : 503, { ...naming, ready: isReady }];
}

function send(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
