import type { Logger } from '@millrace/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { EventTurns } from '../admission/event-turns.ts';
import type { Holder } from '../admission/fair-queue.ts';
import { gatedManager } from '../budget/gated-manager.ts';
import { RequestBudget, type BudgetLimits } from '../budget/request-budget.ts';
import { RequestConnection } from '../budget/request-connection.ts';
import type { IdempotentCall } from '../commands/idempotency.ts';
import type { Authentication, RequestContext, Streams } from '../context/request-context.ts';
import { Loaders } from '../loading/loaders.ts';
import type { SelectedFields } from '../schema/selected-fields.ts';

export interface RequestMetadata {
  readonly requestId: string;
  readonly authenticate: () => Promise<Authentication>;
  readonly idempotency?: IdempotentCall | undefined;
  readonly selected?: SelectedFields | undefined;
}

/** The context of one request, and what gives its connection back. */
export interface OpenRequest {
  readonly context: RequestContext;
  close(): Promise<void>;
}

export interface ContextFactoryParts {
  readonly dataSource: DataSource;
  readonly budget: BudgetLimits;
  readonly streams: Streams;
  readonly logger: Logger;
}

/** What one event may have: many of them may be on their way to a reader who is slow. */
const EVENT_BYTES = 256 * 1024;

/** Makes what the resolvers of one request share. */
export class ContextFactory {
  readonly #parts: ContextFactoryParts;
  readonly #turns = new EventTurns();
  #events: EntityManager | undefined;
  readonly #shared = new WeakMap<SelectedFields, Loaders>();

  constructor(parts: ContextFactoryParts) {
    this.#parts = parts;
  }

  /** For a request over HTTP: it has one connection and one budget. */
  forRequest(metadata: RequestMetadata): OpenRequest {
    const budget = new RequestBudget(this.#parts.budget);
    const connection = new RequestConnection(this.#parts.dataSource, budget);
    budget.start();
    return {
      context: this.#context(metadata, budget, connection.manager),
      close: () => {
        budget.stop();
        return connection.close();
      },
    };
  }

  /**
   * For a subscription. Those with the same document share their loaders: one change wakes them all, and what they show is read once.
   * All of them together read over one connection.
   */
  forSubscription(metadata: RequestMetadata, holder: Holder): RequestContext {
    const { selected } = metadata;
    const manager = (this.#events ??= gatedManager(this.#parts.dataSource));
    const loaders = (selected === undefined ? undefined : this.#shared.get(selected)) ?? new Loaders({ manager, selected });
    if (selected !== undefined) this.#shared.set(selected, loaders);
    const budget = new RequestBudget({ ...this.#parts.budget, answerBytes: Math.min(EVENT_BYTES, this.#parts.budget.answerBytes) });
    return { ...this.#context(metadata, budget, manager), loaders, eventTurn: () => this.#turns.wait(holder) };
  }

  #context({ requestId, authenticate, idempotency, selected }: RequestMetadata, budget: RequestBudget, manager: EntityManager): RequestContext {
    const { logger, streams } = this.#parts;
    const shared = { manager, budget, selected, loaders: new Loaders({ manager, selected }), streams };
    return { requestId, logger: logger.child({ requestId }), authenticate, idempotency, eventTurn: () => Promise.resolve(), ...shared };
  }
}
