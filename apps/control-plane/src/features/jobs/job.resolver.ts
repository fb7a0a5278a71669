import type { JobStatus, QueueName } from '@millrace/contracts';
import { Job, JobLogLine } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { JobStatusEnum, QueueNameEnum } from '../../schema/enums.ts';
import { After, First } from '../../schema/page-arguments.ts';
import type { JobService } from './job.service.ts';
import { JobConnection, JobLogConnection, JobType, type JobLogLineType } from './job.type.ts';

@Resolver(() => JobType)
export class JobResolver {
  readonly #jobs: JobService;

  constructor(collaborators: { readonly jobs: JobService }) {
    this.#jobs = collaborators.jobs;
  }

  @Query(() => JobType)
  job(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Job> {
    return this.#jobs.find(work, id);
  }

  @Query(() => JobConnection)
  async jobs(
    @Arg('queue', () => QueueNameEnum, { nullable: true }) queue: QueueName | null | undefined,
    @Arg('status', () => JobStatusEnum, { nullable: true }) status: JobStatus | null | undefined,
    @Arg('parked', () => Boolean, { nullable: true, description: 'Only jobs that are parked, or only those that are not.' })
    parked: boolean | null | undefined,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<Connection<JobType>> {
    const filter = { queue: queue ?? undefined, status: status ?? undefined, parked: parked ?? undefined };
    return toConnection(await this.#jobs.list(work, pageRequest(first, after), filter));
  }

  @FieldResolver(() => JobLogConnection)
  async log(
    @Root() job: Job,
    @First(200) first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<JobLogLineType>> {
    return toConnection(await loaders.childPage(JobLogLine, 'jobId', job.id, pageRequest(first, after, 200)));
  }

  @Mutation(() => JobType)
  cancelJob(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Job> {
    return this.#jobs.cancel(work, id);
  }

  @Mutation(() => JobType, {
    description: 'Runs a job again that failed, was cancelled or is parked, with all its attempts. A job that is queued or runs stays as it is.',
  })
  retryJob(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Job> {
    return this.#jobs.retry(work, id);
  }

  @Subscription(() => JobType, {
    subscribe: ({ args, context }: { args: { id: string }; context: AuthorisedContext }) => context.streams.job(context, args.id),
  })
  jobProgress(@Root() job: Job, @Arg('id', () => ID) _id: string): Job {
    return job;
  }
}
