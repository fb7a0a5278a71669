import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { AppendJobLogInput, FailJobInput, LeaseInput, LeaseJobInput, RenewJobInput, SucceedJobInput } from './leased-job.inputs.ts';
import type { LeasedJobService } from './leased-job.service.ts';
import { LeasedJobType } from './leased-job.type.ts';
import { RenewAnswerEnum, type RenewAnswer } from './renew-answer.ts';

@Resolver(() => LeasedJobType)
export class LeasedJobResolver {
  readonly #jobs: LeasedJobService;

  constructor(collaborators: { readonly leasedJobs: LeasedJobService }) {
    this.#jobs = collaborators.leasedJobs;
  }

  @Mutation(() => LeasedJobType, { nullable: true })
  leaseJob(@Arg('input', () => LeaseJobInput) input: LeaseJobInput, @Ctx() { work }: AuthorisedContext): Promise<LeasedJobType | null> {
    return this.#jobs.lease(work, input);
  }

  @Mutation(() => RenewAnswerEnum)
  renewJob(@Arg('input', () => RenewJobInput) input: RenewJobInput, @Ctx() { work }: AuthorisedContext): Promise<RenewAnswer> {
    return this.#jobs.renew(work, input);
  }

  @Mutation(() => Boolean, {
    description: 'Said before something is committed to a table: from then on the job ends without success only after somebody has looked for the commit.',
  })
  async beginJobCommit(@Arg('input', () => LeaseInput) input: LeaseInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.beginCommit(work, input);
    return true;
  }

  @Mutation(() => Boolean, { description: 'Said after the commit was looked for and is not there, and none of the attempts so far can make it any more.' })
  async abandonJobCommit(@Arg('input', () => LeaseInput) input: LeaseInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.abandonCommit(work, input);
    return true;
  }

  @Mutation(() => Boolean)
  async succeedJob(@Arg('input', () => SucceedJobInput) input: SucceedJobInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.succeed(work, input);
    return true;
  }

  @Mutation(() => Boolean)
  async failJob(@Arg('input', () => FailJobInput) input: FailJobInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.fail(work, input);
    return true;
  }

  @Mutation(() => Boolean)
  async giveBackJob(@Arg('input', () => LeaseInput) input: LeaseInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.giveBack(work, input);
    return true;
  }

  @Mutation(() => Boolean)
  async cancelLeasedJob(@Arg('input', () => LeaseInput) input: LeaseInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.cancel(work, input);
    return true;
  }

  @Mutation(() => Boolean)
  async appendJobLog(@Arg('input', () => AppendJobLogInput) input: AppendJobLogInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    await this.#jobs.appendLog(work, input);
    return true;
  }
}
