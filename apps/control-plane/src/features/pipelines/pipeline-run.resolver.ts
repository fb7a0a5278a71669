import { Job, type PipelineRun } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context/request-context.ts';
import { PipelineRunType } from './pipeline.type.ts';

@Resolver(() => PipelineRunType)
export class PipelineRunResolver {
  @FieldResolver(() => JobType)
  job(@Root() run: PipelineRun, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, run.jobId);
  }
}
