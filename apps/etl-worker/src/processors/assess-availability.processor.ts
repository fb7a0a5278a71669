import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import {
  AvailabilityAssessment,
  DataRequirement,
  Dataset,
  DatasetVersion,
  DataSourceEntity,
  decidingTransaction,
  newestObservationTime,
  UseCase,
  type EntityManager,
} from '@millrace/db';
import { assessRequirement, readSnapshot, type AssessmentSubject } from '@millrace/lakehouse';
import type { JobHandler } from '@millrace/queue';
import { sourceRootsOf, type EtlServices } from './etl-services.ts';

/** Measures a data requirement against a data source or a dataset version and writes the verdict with its findings. */
export function assessAvailabilityProcessor(services: EtlServices): JobHandler<'assess-availability'> {
  return async (context) => {
    const { manager } = services.dataSource;
    const { availabilityAssessmentId: id } = context.payload;
    const assessment = await manager.findOneBy(AvailabilityAssessment, { id, workspaceId: context.workspaceId });
    if (assessment === null)
      throw new MillraceError('NOT_FOUND', `There is no availability assessment ${id} in workspace ${context.workspaceId}.`, {
        fields: { availabilityAssessmentId: id },
      });
    // An earlier attempt has written the verdict, and died or was cancelled before it could say so.
    if (assessment.verdict !== null) return { verdict: assessment.verdict };
    const requirement = await manager.findOneByOrFail(DataRequirement, { id: assessment.dataRequirementId });
    context.log.info('assessment started', {
      dataRequirement: requirement.name,
      dataSourceId: assessment.dataSourceId,
      datasetVersionId: assessment.datasetVersionId,
    });
    const result = await assessRequirement({
      engine: services.engine,
      requirement: requirement.definition,
      subject: await subjectOf(services, assessment),
      now: await momentOf(manager, requirement.useCaseId),
      signal: context.signal,
      onProgress: context.progress,
    });
    for (const { met, severity, requirement: about, subject, measured, needed } of result.findings) {
      if (!met) context.log.warn('requirement not met', { severity, requirement: about, subject, measured, needed });
    }
    await decidingTransaction(services.dataSource, context.lease, (fenced) =>
      fenced.update(AvailabilityAssessment, { id }, { verdict: result.verdict, result }),
    );
    context.log.info('assessment finished', { verdict: result.verdict, rows: result.rows, findings: result.findings.length });
    return { verdict: result.verdict };
  };
}

async function subjectOf(services: EtlServices, assessment: AvailabilityAssessment): Promise<AssessmentSubject> {
  const { manager } = services.dataSource;
  const { dataSourceId, datasetVersionId, workspaceId } = assessment;
  if (dataSourceId !== null) {
    const { name, format, uri, reading } = await manager.findOneByOrFail(DataSourceEntity, { id: dataSourceId, workspaceId });
    return { kind: 'source', source: { name, format, uri, reading }, roots: await sourceRootsOf(services, workspaceId) };
  }
  if (datasetVersionId === null)
    throw new MillraceError('BAD_INPUT', `The availability assessment ${assessment.id} names neither a data source nor a dataset version.`, {
      fields: { availabilityAssessmentId: assessment.id },
    });
  const version = await manager.findOneByOrFail(DatasetVersion, { id: datasetVersionId, workspaceId });
  const dataset = await manager.findOneByOrFail(Dataset, { id: version.datasetId });
  return { kind: 'snapshot', snapshot: await readSnapshot(join(services.lakehouseFolder, dataset.location), version.deltaVersion) };
}

/** Freshness counts from now, or for replayed history from the newest observation where there is one. */
async function momentOf(manager: EntityManager, useCaseId: string): Promise<Date> {
  const useCase = await manager.findOneByOrFail(UseCase, { id: useCaseId });
  const newest = useCase.clock === 'EVENT' ? await newestObservationTime(manager, useCaseId) : null;
  return newest ?? new Date();
}
