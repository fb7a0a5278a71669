import { In, type EntityManager } from 'typeorm';
import { Endpoint } from '../entities/endpoint.entity.ts';
import { AvailabilityAssessment } from '../entities/availability-assessment.entity.ts';
import { DataRequirement } from '../entities/data-requirement.entity.ts';
import { Metric } from '../entities/metric.entity.ts';
import type { Milestone } from '../entities/milestone.entity.ts';
import { observedTrend } from '../queries/observation.queries.ts';

/** How many of the newest observations of each metric a review keeps. */
const KEPT = 30;

/** What a review was opened on, as it was at that moment. Times are ISO 8601. */
export interface ReviewEvidence {
  readonly [key: string]: unknown;
  readonly milestone: { readonly id: string; readonly name: string; readonly comparator: string; readonly threshold: number; readonly dueAt: string } | null;
  readonly metrics: readonly {
    readonly metricId: string;
    readonly name: string;
    readonly observations: readonly { readonly observedAt: string; readonly value: number }[];
  }[];
  readonly liveModelVersions: readonly { readonly endpointId: string; readonly endpoint: string; readonly modelVersionId: string; readonly weight: number }[];
  readonly availability: readonly { readonly dataRequirementId: string; readonly name: string; readonly verdict: string | null }[];
}

/** The observations of the metric of the milestone (of every metric without one), what is live, and the last verdict on each data requirement. */
export async function reviewEvidence(manager: EntityManager, useCaseId: string, milestone?: Milestone): Promise<ReviewEvidence> {
  const metrics = await manager.find(Metric, { where: milestone === undefined ? { useCaseId } : { id: milestone.metricId }, order: { id: 'ASC' } });
  const observations = await observedTrend(
    manager,
    metrics.map(({ id }) => id),
  );
  const endpoints = await manager.find(Endpoint, { where: { useCaseId }, order: { id: 'ASC' } });
  return {
    milestone: milestone === undefined ? null : describe(milestone),
    metrics: metrics.map(({ id, name }) => ({
      metricId: id,
      name,
      observations: observations
        .filter(({ metricId }) => metricId === id)
        .slice(-KEPT)
        .map(({ observedAt, value }) => ({ observedAt: observedAt.toISOString(), value })),
    })),
    liveModelVersions: endpoints.flatMap(({ id, name, traffic }) => traffic.map((share) => ({ endpointId: id, endpoint: name, ...share }))),
    availability: await lastVerdicts(manager, useCaseId),
  };
}

function describe({ id, name, comparator, threshold, dueAt }: Milestone): ReviewEvidence['milestone'] {
  return { id, name, comparator, threshold, dueAt: dueAt.toISOString() };
}

async function lastVerdicts(manager: EntityManager, useCaseId: string): Promise<ReviewEvidence['availability']> {
  const requirements = await manager.find(DataRequirement, { where: { useCaseId }, order: { id: 'ASC' } });
  const assessments = await manager.find(AvailabilityAssessment, { where: { dataRequirementId: In(requirements.map(({ id }) => id)) }, order: { id: 'ASC' } });
  return requirements.map(({ id, name }) => ({
    dataRequirementId: id,
    name,
    verdict: assessments.findLast(({ dataRequirementId, verdict }) => dataRequirementId === id && verdict !== null)?.verdict ?? null,
  }));
}
