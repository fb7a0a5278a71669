import { newId } from '@millrace/contracts';
import { AvailabilityAssessment, DataRequirement, DatasetVersion, DataSourceEntity, enqueueJob, insertRow } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { advance } from '../../lifecycle/move-use-case.ts';
import { findRow, showRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { AssessAvailabilityInput, CreateDataRequirementInput } from './data-requirement.inputs.ts';

/** What use cases need from data, and the jobs that measure it. */
export class DataRequirementService {
  findAssessment(work: Work, id: string): Promise<AvailabilityAssessment> {
    return showRow(work, AvailabilityAssessment, 'availability assessment', { id });
  }

  async create(work: Work, input: CreateDataRequirementInput): Promise<DataRequirement> {
    await activeUseCase(work, input.useCaseId);
    return insertRow(work.manager, DataRequirement, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }

  async assess(work: Work, input: AssessAvailabilityInput): Promise<AvailabilityAssessment> {
    const { manager, workspaceId } = work;
    const requirement = await findRow(work, DataRequirement, 'data requirement', { id: input.dataRequirementId });
    if (input.dataSourceId !== undefined) await findRow(work, DataSourceEntity, 'data source', { id: input.dataSourceId });
    if (input.datasetVersionId !== undefined) await findRow(work, DatasetVersion, 'dataset version', { id: input.datasetVersionId });
    await advance(work, requirement.useCaseId, 'ASSESSING');
    const id = newId('availabilityAssessment');
    const job = await enqueueJob(manager, { workspaceId, name: 'assess-availability', payload: { availabilityAssessmentId: id } });
    return insertRow(manager, AvailabilityAssessment, { id, workspaceId, ...valuesOf(input), jobId: job.id });
  }
}
