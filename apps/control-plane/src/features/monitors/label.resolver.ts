import { Job, type LabelBatch } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import type { LabelService } from './label.service.ts';
import { RecordLabelsInput } from './monitor.inputs.ts';
import { LabelBatchType } from './monitor.type.ts';

@Resolver(() => LabelBatchType)
export class LabelResolver {
  readonly #labels: LabelService;

  constructor(collaborators: { readonly labels: LabelService }) {
    this.#labels = collaborators.labels;
  }

  @FieldResolver(() => JobType)
  job(@Root() batch: LabelBatch, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, batch.jobId);
  }

  @Mutation(() => LabelBatchType)
  recordLabels(@Arg('input', () => RecordLabelsInput) input: RecordLabelsInput, @Ctx() { work }: AuthorisedContext): Promise<LabelBatch> {
    return this.#labels.record(work, input);
  }
}
