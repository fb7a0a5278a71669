import { Client } from 'pg';

/**
 * A connection whose end is no uncaught error. BullMQ takes one from its pool to look after its schema, and nobody listens to it between
 * two statements: a PostgreSQL that stops at that moment would end the process. Whoever uses the connection next is told.
 */
export class SteadyClient extends Client {
  constructor(...settings: ConstructorParameters<typeof Client>) {
    super(...settings);
    this.on('error', () => {});
  }
}
