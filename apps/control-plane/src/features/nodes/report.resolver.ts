import { Job, type PredictionSegment } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { PredictionSegmentType } from './node.type.ts';
import { RecordMeasurementInput, RecordPredictionSegmentInput } from './report.inputs.ts';
import type { NodeReportService } from './report.service.ts';

@Resolver(() => PredictionSegmentType)
export class NodeReportResolver {
  readonly #reports: NodeReportService;

  constructor(collaborators: { readonly reports: NodeReportService }) {
    this.#reports = collaborators.reports;
  }

  @FieldResolver(() => JobType)
  job(@Root() segment: PredictionSegment, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, segment.jobId);
  }

  @Mutation(() => PredictionSegmentType)
  recordPredictionSegment(
    @Arg('input', () => RecordPredictionSegmentInput) input: RecordPredictionSegmentInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<PredictionSegment> {
    return this.#reports.recordSegment(work, input);
  }

  @Mutation(() => Boolean)
  recordMeasurement(@Arg('input', () => RecordMeasurementInput) input: RecordMeasurementInput, @Ctx() { work }: AuthorisedContext): Promise<boolean> {
    return this.#reports.recordMeasurement(work, input);
  }
}
