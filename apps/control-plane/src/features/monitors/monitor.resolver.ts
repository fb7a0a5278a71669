import { Alert, type Job, type Monitor, MonitorWindow } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { backlogOf } from './endpoint-backlog.ts';
import { CloseMonitorWindowsInput, SetMonitorInput } from './monitor.inputs.ts';
import type { MonitorService } from './monitor.service.ts';
import { AlertType, LabelCountsType, MonitorType, MonitorWindowConnection, type MonitorWindowType } from './monitor.type.ts';

@Resolver(() => MonitorType)
export class MonitorResolver {
  readonly #monitors: MonitorService;

  constructor(collaborators: { readonly monitors: MonitorService }) {
    this.#monitors = collaborators.monitors;
  }

  @Query(() => MonitorType)
  monitor(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Monitor> {
    return this.#monitors.find(work, id);
  }

  /** Segments and label batches that have arrived and are not taken in yet. */
  @FieldResolver(() => Int)
  async pending(@Root() monitor: Monitor, @Ctx() { loaders }: RequestContext): Promise<number> {
    return (await backlogOf(loaders, monitor.endpointId)).pending;
  }

  @FieldResolver(() => LabelCountsType)
  async labels(@Root() monitor: Monitor, @Ctx() { loaders }: RequestContext): Promise<LabelCountsType> {
    const { received, unmatched, rejected } = await backlogOf(loaders, monitor.endpointId);
    return { received, unmatched, rejected, matched: Math.max(0, received - unmatched - rejected) };
  }

  @FieldResolver(() => MonitorWindowConnection)
  async windows(
    @Root() monitor: Monitor,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<MonitorWindowType>> {
    return toConnection(await loaders.childPage(MonitorWindow, 'monitorId', monitor.id, pageRequest(first, after)));
  }

  @FieldResolver(() => [AlertType])
  alerts(@Root() monitor: Monitor, @Ctx() { loaders }: RequestContext): Promise<AlertType[]> {
    return loaders.children(Alert, 'monitorId', monitor.id);
  }

  @Mutation(() => MonitorType)
  setMonitor(@Arg('input', () => SetMonitorInput) input: SetMonitorInput, @Ctx() { work }: AuthorisedContext): Promise<Monitor> {
    return this.#monitors.set(work, input);
  }

  @Mutation(() => JobType)
  closeMonitorWindows(@Arg('input', () => CloseMonitorWindowsInput) input: CloseMonitorWindowsInput, @Ctx() { work }: AuthorisedContext): Promise<Job> {
    return this.#monitors.closeWindows(work, input);
  }
}
