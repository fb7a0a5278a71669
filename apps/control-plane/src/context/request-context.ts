import type { MillraceError } from '@millrace/contracts';
import type { Job, UseCase } from '@millrace/db';
import type { Logger } from '@millrace/service-kit';
import type { EntityManager } from 'typeorm';
import type { RequestBudget } from '../budget/request-budget.ts';
import type { IdempotentCall } from '../commands/idempotency.ts';
import type { Loaders } from '../loading/loaders.ts';
import type { SelectedFields } from '../schema/selected-fields.ts';
import type { Caller } from './caller.ts';
import type { Work } from './work.ts';

/** The caller, or why there is none. */
export type Authentication = { readonly caller: Caller } | { readonly refusal: MillraceError };

/** What whoever follows a row reads it with: the first time as its workspace, then together with all others who follow it. */
export type Followed = Pick<AuthorisedContext, 'work' | 'loaders'>;

/** What subscriptions follow. Each fails with `NOT_FOUND` before it begins if the row is not one of the workspace. */
export interface Streams {
  readonly job: (context: Followed, id: string) => Promise<AsyncIterable<Job>>;
  readonly useCase: (context: Followed, id: string) => Promise<AsyncIterable<UseCase>>;
}

/** What the resolvers of one request share. */
export interface RequestContext {
  readonly requestId: string;
  readonly logger: Logger;
  readonly authenticate: () => Promise<Authentication>;
  /** Present when the caller sent an `Idempotency-Key`. */
  readonly idempotency: IdempotentCall | undefined;
  /** The connection of the request. */
  readonly manager: EntityManager;
  readonly budget: RequestBudget;
  /** Of a subscription: resolves when its next event may be answered. */
  readonly eventTurn: () => Promise<void>;
  readonly selected: SelectedFields | undefined;
  readonly loaders: Loaders;
  readonly streams: Streams;
}

/** What a root resolver gets once its field was authorised. */
export interface AuthorisedContext extends RequestContext {
  readonly work: Work;
}
