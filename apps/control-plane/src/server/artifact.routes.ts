import type { Readable } from 'node:stream';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ArtifactStore } from '@millrace/storage';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import type { Doorkeeper } from '../admission/doorkeeper.ts';
import type { Holder } from '../admission/fair-queue.ts';
import type { Lane } from '../admission/lane-of.ts';
import { Lanes } from '../admission/lanes.ts';
import { mayRead } from '../authorisation/artifact-access.ts';
import { authorise } from '../authorisation/guard-schema.ts';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { ROUTE_POLICY, type FieldPolicy } from '../authorisation/policy.ts';
import { recordAuditEvent } from '../commands/audit.ts';
import type { Caller } from '../context/caller.ts';
import { sendError } from '../errors/http-error.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Pace } from './pace.ts';

export interface ArtifactRouteParts {
  readonly artifacts: ArtifactStore;
  readonly authenticator: Authenticator;
  readonly doorkeeper: Doorkeeper;
  readonly lanes: Lanes<Lane>;
  readonly pace: Pace;
  readonly dataSource: DataSource;
  readonly maximumBytes: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

const TRANSFERS = { atMost: 32, perWorkspace: 24, perToken: 16, waiting: 128, waitingPerToken: 64, seconds: 20 };

/** `PUT /artifacts` takes bytes as they come and answers `{ digest, bytes }`; `GET /artifacts/{digest}` streams them back. Nothing is held in memory. */
export function registerArtifacts(server: FastifyInstance, parts: ArtifactRouteParts): void {
  const { lanes, pace, doorkeeper } = parts;
  const transfers = new Lanes({ slots: 64, what: 'The store of artifacts', lanes: { DOWNLOADS: TRANSFERS, UPLOADS: TRANSFERS } });
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: parts.maximumBytes }, (_request, payload, parsed) => parsed(null, payload));
    scope.setErrorHandler((error, _request, reply) => sendError(reply, error, parts));
    scope.addHook('onRequest', async (request, reply) => {
      request.acquaintance = await doorkeeper.admit(request);
      const leave = await transfers.enter(request.method === 'PUT' ? 'UPLOADS' : 'DOWNLOADS', request.acquaintance.holder);
      reply.raw.once('close', leave);
      if (reply.raw.closed) leave();
    });
    scope.addHook('preParsing', async (request) => pace.receive(request));

    scope.put('/artifacts', { bodyLimit: parts.maximumBytes }, async (request, reply) => {
      const holder = holderOf(request);
      const caller = await lanes.run('MUTATIONS', holder, () => callerOf(parts, request, ROUTE_POLICY.putArtifact, 'PUT /artifacts'));
      if (request.body === null || request.body === undefined) throw new MillraceError('BAD_INPUT', 'There is no body. Send the bytes of the artifact.');
      const stored = await parts.artifacts.put(limited(request.body as Readable, parts.maximumBytes));
      const audited = { action: 'putArtifact', args: { bytes: stored.bytes }, answer: { id: stored.digest } };
      await lanes.run('MUTATIONS', holder, () =>
        parts.dataSource.transaction((manager) => recordAuditEvent({ manager, caller, workspaceId: caller.workspaceId }, audited)),
      );
      return reply.send(stored);
    });

    scope.get<{ Params: { digest: string } }>('/artifacts/:digest', async (request, reply) => {
      const { digest } = request.params;
      await lanes.run('READS', holderOf(request), async () => {
        const caller = await callerOf(parts, request, ROUTE_POLICY.getArtifact, 'GET /artifacts');
        if (!(await mayRead(parts.dataSource.manager, caller.workspaceId, digest))) throw missing(digest);
      });
      const content = await parts.artifacts.get(digest);
      return reply.header('content-type', 'application/octet-stream').header('cache-control', 'private, immutable, max-age=31536000').send(content);
    });
    done();
  });
}

function holderOf({ acquaintance }: FastifyRequest): Holder {
  if (acquaintance === undefined) throw new Error('An artifact was asked for before it was known by whom.');
  return acquaintance.holder;
}

function callerOf({ authenticator }: ArtifactRouteParts, { headers, acquaintance }: FastifyRequest, policy: FieldPolicy, what: string): Promise<Caller> {
  return authorise({ authenticate: async () => acquaintance?.authentication ?? authenticator.authenticate(headers.authorization) }, policy, what);
}

function missing(digest: string): MillraceError {
  return new MillraceError('ARTIFACT_MISSING', `There is no artifact ${digest.slice(0, 100)} in this workspace.`, { fields: { digest: digest.slice(0, 100) } });
}

async function* limited(body: Readable, maximumBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  // Destroying the body would take the connection with it, and the answer too.
  const chunks: AsyncIterable<Uint8Array> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maximumBytes)
      throw new MillraceError('BAD_INPUT', `The artifact is larger than ${maximumBytes} bytes. Raise MAXIMUM_ARTIFACT_BYTES, or store less.`, {
        fields: { maximumBytes },
      });
    yield chunk;
  }
}
