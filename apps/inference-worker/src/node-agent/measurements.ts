import { MillraceError, type AssignedVersion, type NodeAssignment } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ControlPlaneClient, MeasurementResult } from './control-plane-client.ts';

interface MeasurementsOptions {
  readonly client: Pick<ControlPlaneClient, 'recordMeasurement'>;
  readonly measure: (version: AssignedVersion) => Promise<MeasurementResult>;
  readonly logger: Logger;
}

/** The measurements that the control plane asks for: one after the other, each reported once. */
export class Measurements {
  private readonly options: MeasurementsOptions;
  private readonly measured = new Set<string>();
  private measuring: Promise<void> | undefined;

  constructor(options: MeasurementsOptions) {
    this.options = options;
  }

  /** Begins with those that were not made yet, unless some are under way. */
  begin(assignment: NodeAssignment | undefined): void {
    const asked = (assignment?.measurements ?? []).filter(({ environmentAssessmentId }) => !this.measured.has(environmentAssessmentId));
    if (assignment === undefined || asked.length === 0 || this.measuring !== undefined) return;
    this.measuring = this.measureAll(assignment, asked).finally(() => {
      this.measuring = undefined;
    });
  }

  /** Resolves when none is under way. */
  async done(): Promise<void> {
    await this.measuring;
  }

  private async measureAll(assignment: NodeAssignment, asked: NodeAssignment['measurements']): Promise<void> {
    const { client, measure, logger } = this.options;
    for (const { environmentAssessmentId, modelVersionId } of asked) {
      const version = assignment.versions.find((candidate) => candidate.modelVersionId === modelVersionId);
      try {
        if (version === undefined) throw new MillraceError('BAD_INPUT', `model version ${modelVersionId} is to be measured but is not assigned to this node`);
        const result = await measure(version);
        await client.recordMeasurement({ environmentAssessmentId, outcome: { kind: 'measured', result } });
        this.measured.add(environmentAssessmentId);
      } catch (thrown) {
        const error = MillraceError.wrap(thrown);
        logger.warn('version could not be measured', { environmentAssessmentId, modelVersionId, code: error.code, error: error.message });
        if (error.retryable) continue;
        this.measured.add(environmentAssessmentId);
        await client
          .recordMeasurement({ environmentAssessmentId, outcome: { kind: 'failed', error: error.toJSON() } })
          .catch(() => this.measured.delete(environmentAssessmentId));
      }
    }
  }
}
