import { createServer } from 'node:http';
import { once } from 'node:events';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers `GET /health/live` with 200, and `GET /health/ready` with 200 or 503. Port 0 takes a free one. */
export async function serveHealth(options: { readonly host: string; readonly port: number; readonly isReady: () => boolean }): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const status = request.url === '/health/live' ? 200 : request.url === '/health/ready' ? (options.isReady() ? 200 : 503) : 404;
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
