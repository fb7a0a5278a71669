import { setTimeout as delay } from 'node:timers/promises';
import type { Holder } from '../admission/fair-queue.ts';
import { Lanes } from '../admission/lanes.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import type { Operation, Operations } from './operations.ts';

const WAIT = { waiting: 1000, waitingPerToken: 60, seconds: 5 };

/**
 * Nothing else happens while a document is checked, and a document that was never seen may take its milliseconds. So these take turns, by
 * workspace and token, and after each everybody else has the process for as long as it took.
 */
export class DocumentTurns {
  readonly #operations: Operations;
  readonly #turns = new Lanes({ slots: 1, what: 'The reading of documents', lanes: { DOCUMENTS: { atMost: 1, perWorkspace: 1, perToken: 1, ...WAIT } } });

  constructor(collaborators: { readonly operations: Operations }) {
    this.#operations = collaborators.operations;
  }

  /** @throws as `Operations.prepare`, or that too many documents wait */
  async prepare(request: GraphqlRequest, holder: Holder): Promise<Operation> {
    if (this.#operations.knows(request)) return this.#operations.prepare(request);
    return this.#turns.run('DOCUMENTS', holder, async () => {
      const from = performance.now();
      try {
        return this.#operations.prepare(request);
      } finally {
        await delay(performance.now() - from);
      }
    });
  }
}
