import type { DataRequirementDefinition } from '@millrace/contracts';
import { send, type Client } from '../client.ts';
import { assessAvailability, createDataRequirement, getAvailabilityAssessment } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { AvailabilityAssessment, DataRequirement } from '../nouns/data.ts';
import type { CallOptions } from '../options.ts';

/**
 * What to measure a requirement against: a data source, or a dataset version.
 *
 * @example
 * ```ts
 * import type { AssessmentTarget } from '@millrace/sdk';
 * const target: AssessmentTarget = { dataSourceId: 'src_…' };
 * ```
 */
export type AssessmentTarget = { readonly dataSourceId: string } | { readonly datasetVersionId: string };

/**
 * What use cases need from data, and whether the data is there.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const requirement = await millrace.dataRequirements.create({
 *   useCaseId: 'uc_…', name: 'flights', definition: { columns: [{ name: 'delay', type: 'long' }], minimumRows: 100_000 },
 * });
 * const assessment = await millrace.dataRequirements.assess(requirement.id, { dataSourceId: 'src_…' });
 * const { verdict, findings } = await assessment.wait({ timeoutSeconds: 60 });
 * ```
 */
export class DataRequirementsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(
    input: { readonly useCaseId: string; readonly name: string; readonly definition: DataRequirementDefinition },
    options?: CallOptions,
  ): Promise<DataRequirement> {
    return (await send(this.#client, createDataRequirement, input, options)).createDataRequirement as DataRequirement;
  }

  async assess(dataRequirementId: string, target: AssessmentTarget, options?: CallOptions): Promise<JobHandle<AvailabilityAssessment>> {
    const { assessAvailability: assessment } = await send(this.#client, assessAvailability, { dataRequirementId, ...target }, options);
    return this.#handle(assessment as AvailabilityAssessment);
  }

  async assessment(id: string, options?: CallOptions): Promise<AvailabilityAssessment> {
    return (await this.#client.transport.execute(getAvailabilityAssessment, { id }, options)).availabilityAssessment as AvailabilityAssessment;
  }

  /** A handle on an assessment that was started earlier. */
  async assessmentHandle(id: string): Promise<JobHandle<AvailabilityAssessment>> {
    return this.#handle(await this.assessment(id));
  }

  #handle({ id, job }: AvailabilityAssessment): JobHandle<AvailabilityAssessment> {
    return new JobHandle(this.#client, { id, jobId: job.id }, () => this.assessment(id));
  }
}
