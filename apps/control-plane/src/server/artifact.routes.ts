import type { Readable } from 'node:stream';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ArtifactStore } from '@millrace/storage';
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { authorise } from '../authorisation/guard-schema.ts';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { ROUTE_POLICY, type FieldPolicy } from '../authorisation/policy.ts';
import { recordAuditEvent } from '../commands/audit.ts';
import type { Caller } from '../context/caller.ts';
import { sendError } from '../errors/http-error.ts';
import { mayRead } from '../authorisation/artifact-access.ts';

export interface ArtifactRouteParts {
  readonly artifacts: ArtifactStore;
  readonly authenticator: Authenticator;
  readonly dataSource: DataSource;
  readonly maximumBytes: number;
  readonly logger: Logger;
}

/** `PUT /artifacts` takes bytes as they come and answers `{ digest, bytes }`; `GET /artifacts/{digest}` streams them back. Nothing is held in memory. */
export function registerArtifacts(server: FastifyInstance, parts: ArtifactRouteParts): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: parts.maximumBytes }, (_request, payload, parsed) => parsed(null, payload));
    // What was refused was not read to its end, so the connection cannot carry another request.
    scope.setErrorHandler((error, request, reply) => sendError(request.method === 'PUT' ? reply.header('connection', 'close') : reply, error, parts.logger));

    scope.put('/artifacts', { bodyLimit: parts.maximumBytes }, async (request, reply) => {
      const caller = await callerOf(parts, request.headers.authorization, ROUTE_POLICY.putArtifact, 'PUT /artifacts');
      if (request.body === null || request.body === undefined) throw new MillraceError('BAD_INPUT', 'There is no body. Send the bytes of the artifact.');
      const stored = await parts.artifacts.put(limited(request.body as Readable, parts.maximumBytes));
      await parts.dataSource.transaction((manager) =>
        recordAuditEvent(
          { manager, caller, workspaceId: caller.workspaceId },
          { action: 'putArtifact', args: { bytes: stored.bytes }, answer: { id: stored.digest } },
        ),
      );
      return reply.send(stored);
    });

    scope.get<{ Params: { digest: string } }>('/artifacts/:digest', async (request, reply) => {
      const caller = await callerOf(parts, request.headers.authorization, ROUTE_POLICY.getArtifact, 'GET /artifacts');
      const { digest } = request.params;
      if (!(await mayRead(parts.dataSource.manager, caller.workspaceId, digest))) {
        throw new MillraceError('ARTIFACT_MISSING', `There is no artifact ${digest.slice(0, 100)} in this workspace.`, {
          fields: { digest: digest.slice(0, 100) },
        });
      }
      const content = await parts.artifacts.get(digest);
      return reply.header('content-type', 'application/octet-stream').header('cache-control', 'private, immutable, max-age=31536000').send(content);
    });
    done();
  });
}

function callerOf({ authenticator }: ArtifactRouteParts, authorization: string | undefined, policy: FieldPolicy, what: string): Promise<Caller> {
  return authorise({ authenticate: () => authenticator.authenticate(authorization) }, policy, what);
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
