import type { Logger } from '@millrace/service-kit';
import type { DataSource } from 'typeorm';
import type { Authenticator } from '../authorisation/authenticator.ts';
import type { IdempotentCall } from '../commands/idempotency.ts';
import type { Authentication, RequestContext, Streams } from '../context/request-context.ts';
import { Loaders } from '../loading/loaders.ts';

export interface RequestMetadata {
  readonly requestId: string;
  readonly authorization: string | undefined;
  readonly idempotency?: IdempotentCall | undefined;
}

/** Makes what the resolvers of one request share. */
export class ContextFactory {
  readonly #dataSource: DataSource;
  readonly #authenticator: Authenticator;
  readonly #streams: Streams;
  readonly #logger: Logger;

  constructor(collaborators: { readonly dataSource: DataSource; readonly authenticator: Authenticator; readonly streams: Streams; readonly logger: Logger }) {
    this.#dataSource = collaborators.dataSource;
    this.#authenticator = collaborators.authenticator;
    this.#streams = collaborators.streams;
    this.#logger = collaborators.logger;
  }

  /** For a request over HTTP: the token is looked up once, when the first field asks. */
  forRequest(metadata: RequestMetadata): RequestContext {
    let authentication: Promise<Authentication> | undefined;
    return this.#context(metadata, () => (authentication ??= this.#authenticator.authenticate(metadata.authorization)));
  }

  /** For a subscription: the token is looked up again before every event. */
  forSubscription(metadata: RequestMetadata): RequestContext {
    return this.#context(metadata, () => this.#authenticator.authenticate(metadata.authorization));
  }

  #context({ requestId, idempotency }: RequestMetadata, authenticate: () => Promise<Authentication>): RequestContext {
    const logger = this.#logger.child({ requestId });
    return { requestId, logger, authenticate, idempotency, loaders: new Loaders({ manager: this.#dataSource.manager }), streams: this.#streams };
  }
}
