import type { EnvironmentPolicy, FeatureDrift, MonitorDefinition, NodeAssignment } from '@millrace/contracts';
import type {
  AlertFieldsFragment,
  EndpointFieldsFragment,
  EnvironmentFieldsFragment,
  MonitorFieldsFragment,
  MonitorWindowFieldsFragment,
  NodeFieldsFragment,
  RecordLabelsMutation,
  RecordPredictionSegmentMutation,
  RegisterNodeMutation,
  ReleaseFieldsFragment,
} from '../generated/operations.ts';
import type { Job } from './job.ts';
import type { Refine } from './refine.ts';

/** An inference worker that has registered. */
export type Node = NodeFieldsFragment;
/** A place to serve from, with its nodes. */
export type Environment = Refine<EnvironmentFieldsFragment, { policy: EnvironmentPolicy }>;
/** One incident for one cause. */
export type Alert = AlertFieldsFragment;
/** What is watched on an endpoint. */
export type Monitor = Refine<MonitorFieldsFragment, { definition: MonitorDefinition }>;
/** Live measures of a closed window, from the predictions whose labels have come. `coverage` is their share. */
export type WindowPerformance = Readonly<
  Partial<Record<'labels' | 'coverage' | 'tp' | 'fp' | 'tn' | 'fn' | 'auc' | 'precision' | 'recall' | 'logLoss' | 'brier' | 'accuracy', number | null>>
>;
/** One window of event time for one model version. */
export type MonitorWindow = Refine<MonitorWindowFieldsFragment, { drift: readonly FeatureDrift[] | null; performance: WindowPerformance | null }>;
/** A stable name that clients call. */
export type Endpoint = Refine<EndpointFieldsFragment, { monitor: Monitor | null }>;
/** One recorded step of a release with its evidence. */
export type ReleaseStep = Refine<ReleaseFieldsFragment['steps'][number], { evidence: Readonly<Record<string, unknown>> }>;
/** A model version on its way to an environment. */
export type Release = Refine<ReleaseFieldsFragment, { steps: readonly ReleaseStep[]; job: Job }>;
/** A batch of labels that was taken in. */
export type LabelBatch = Refine<RecordLabelsMutation['recordLabels'], { job: Job }>;
/** A true outcome: `value` is 0 or 1. */
export interface Label {
  readonly eventId: string;
  readonly value: number;
  readonly eventTime?: string | Date;
}
/** What a node is told when it registers. */
export type NodeRegistration = Refine<RegisterNodeMutation['registerNode'], { assignment: NodeAssignment }>;
/** A segment of the prediction log as the control plane took it in. */
export type PredictionSegment = RecordPredictionSegmentMutation['recordPredictionSegment'];
