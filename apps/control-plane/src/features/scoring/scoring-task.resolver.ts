import type { ScoringTask } from '@millrace/contracts';
import type { DatasetVersion } from '@millrace/db';
import { DatasetVersionType } from '#features/datasets';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { RecordScoringOutputInput } from './scoring-run.inputs.ts';
import type { ScoringTaskService } from './scoring-task.service.ts';

@Resolver()
export class ScoringTaskResolver {
  readonly #tasks: ScoringTaskService;

  constructor(collaborators: { readonly tasks: ScoringTaskService }) {
    this.#tasks = collaborators.tasks;
  }

  /** Everything that the process needs that carries out a scoring run. */
  @Query(() => JsonScalar)
  scoringTask(@Arg('scoringRunId', () => ID) scoringRunId: string, @Ctx() { work }: AuthorisedContext): Promise<ScoringTask> {
    return this.#tasks.find(work, scoringRunId);
  }

  /** Ends the job too. */
  @Mutation(() => DatasetVersionType)
  recordScoringOutput(
    @Arg('input', () => RecordScoringOutputInput) input: RecordScoringOutputInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<DatasetVersion> {
    return this.#tasks.recordOutput(work, input);
  }
}
