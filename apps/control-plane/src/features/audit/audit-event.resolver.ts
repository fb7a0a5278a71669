import { Ctx, Query, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import type { AuditEventService } from './audit-event.service.ts';
import { AuditEventConnection, AuditEventType } from './audit-event.type.ts';

@Resolver(() => AuditEventType)
export class AuditEventResolver {
  readonly #auditEvents: AuditEventService;

  constructor(collaborators: { readonly auditEvents: AuditEventService }) {
    this.#auditEvents = collaborators.auditEvents;
  }

  @Query(() => AuditEventConnection)
  async auditEvents(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<AuditEventType>> {
    return toConnection(await this.#auditEvents.list(work, pageRequest(first, after)));
  }
}
