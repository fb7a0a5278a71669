import { environmentPolicySchema, monitorDefinitionSchema, pipelineDefinitionSchema, trainingSpecSchema } from '@millrace/contracts';
import type {
  EnvironmentPolicy,
  MonitorDefinition,
  NumericHistogram,
  PipelineDefinition,
  ReferenceProfile,
  Signature,
  TrainingSpec,
} from '@millrace/contracts';

/** Ten equal bins from 0 to 1 with `rows / 10` rows in each. */
export function uniformHistogram(rows = 1000): NumericHistogram {
  const edges = Array.from({ length: 9 }, (_, index) => (index + 1) / 10);
  return { kind: 'numeric', edges, counts: edges.map(() => rows / 10).concat(rows / 10), nulls: 0, sum: rows / 2, sumOfSquares: rows / 3, min: 0, max: 1 };
}

export const sampleSignature: Signature = {
  inputs: [{ name: 'distance', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
  features: [{ name: 'distance', type: 'double', nullable: false }],
};

export const sampleReferenceProfile: ReferenceProfile = { rows: 1000, features: { distance: uniformHistogram() }, score: uniformHistogram() };

export const sampleTrainingSpec: TrainingSpec = trainingSpecSchema.parse({
  trainer: 'logistic-regression',
  features: ['distance'],
  label: 'late',
  split: { kind: 'time', timeColumn: 'scheduled_at', validationStart: '2001-03-01T00:00:00Z' },
});

export const sampleMonitorDefinition: MonitorDefinition = monitorDefinitionSchema.parse({});

export const sampleEnvironmentPolicy: EnvironmentPolicy = environmentPolicySchema.parse({});

export function samplePipelineDefinition(dataSourceId: string): PipelineDefinition {
  return pipelineDefinitionSchema.parse({ sources: [{ name: 'flights', dataSourceId }], transform: 'SELECT * FROM flights', dataset: 'flights' });
}
