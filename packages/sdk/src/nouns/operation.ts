import type { Ensemble, EnvironmentPolicy, FeatureDrift, MonitorDefinition, NodeAssignment } from '@millrace/contracts';
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

/**
 * An inference worker that has registered.
 *
 * @example
 * ```ts
 * import type { Node } from '@millrace/sdk';
 * const ready = (nodes: readonly Node[]): Node[] => nodes.filter(({ status }) => status === 'READY');
 * ```
 */
export type Node = NodeFieldsFragment;
/**
 * A place to serve from, with its nodes.
 *
 * @example
 * ```ts
 * import type { Environment } from '@millrace/sdk';
 * const objective = ({ policy }: Environment): number => policy.latencyObjectiveMilliseconds;
 * ```
 */
export type Environment = Refine<EnvironmentFieldsFragment, { policy: EnvironmentPolicy }>;
/**
 * One incident for one cause.
 *
 * @example
 * ```ts
 * import type { Alert } from '@millrace/sdk';
 * const isOpen = ({ status }: Alert): boolean => status === 'OPEN';
 * ```
 */
export type Alert = AlertFieldsFragment;
/**
 * What is watched on an endpoint.
 *
 * @example
 * ```ts
 * import type { Monitor } from '@millrace/sdk';
 * const days = ({ definition }: Monitor): number => definition.windowSeconds / 86_400;
 * ```
 */
export type Monitor = Refine<MonitorFieldsFragment, { definition: MonitorDefinition }>;
/**
 * Live measures of a closed window, from the predictions whose labels have come. `coverage` is their share.
 *
 * @example
 * ```ts
 * import type { WindowPerformance } from '@millrace/sdk';
 * const isTrusted = ({ coverage }: WindowPerformance): boolean => (coverage ?? 0) >= 0.8;
 * ```
 */
export type WindowPerformance = Readonly<
  Partial<Record<'labels' | 'coverage' | 'tp' | 'fp' | 'tn' | 'fn' | 'auc' | 'precision' | 'recall' | 'logLoss' | 'brier' | 'accuracy', number | null>>
>;
/**
 * One window of event time for one model version.
 *
 * @example
 * ```ts
 * import type { MonitorWindow } from '@millrace/sdk';
 * const drifted = ({ drift }: MonitorWindow): string[] => (drift ?? []).filter((each) => each.drifted).map(({ feature }) => feature);
 * ```
 */
export type MonitorWindow = Refine<MonitorWindowFieldsFragment, { drift: readonly FeatureDrift[] | null; performance: WindowPerformance | null }>;
/**
 * A stable name that clients call.
 *
 * @example
 * ```ts
 * import type { Endpoint } from '@millrace/sdk';
 * const share = ({ traffic }: Endpoint, version: number): number => traffic.find((each) => each.version === version)?.weight ?? 0;
 * ```
 */
export type Endpoint = Refine<EndpointFieldsFragment, { monitor: Monitor | null; ensemble: Ensemble | null }>;
/**
 * One recorded step of a release with its evidence.
 *
 * @example
 * ```ts
 * import type { ReleaseStep } from '@millrace/sdk';
 * const line = ({ kind, status, evidence }: ReleaseStep): string => `${kind} ${status}: ${String(evidence['reason'])}`;
 * ```
 */
export type ReleaseStep = Refine<ReleaseFieldsFragment['steps'][number], { evidence: Readonly<Record<string, unknown>> }>;
/**
 * A model version on its way to an environment.
 *
 * @example
 * ```ts
 * import type { Release } from '@millrace/sdk';
 * const failed = ({ steps }: Release): string | undefined => steps.find(({ status }) => status === 'FAILED')?.kind;
 * ```
 */
export type Release = Refine<ReleaseFieldsFragment, { steps: readonly ReleaseStep[]; job: Job }>;
/**
 * A batch of labels that was taken in.
 *
 * @example
 * ```ts
 * import type { LabelBatch } from '@millrace/sdk';
 * const total = (batches: LabelBatch[]): number => batches.reduce((sum, { rows }) => sum + rows, 0);
 * ```
 */
export type LabelBatch = Refine<RecordLabelsMutation['recordLabels'], { job: Job }>;
/**
 * A true outcome: `value` is 0 or 1.
 *
 * @example
 * ```ts
 * import type { Label } from '@millrace/sdk';
 * const late: Label = { eventId: 'UA-16-2001-04-01', value: 1, eventTime: new Date('2001-04-01T08:00:00Z') };
 * ```
 */
export interface Label {
  readonly eventId: string;
  readonly value: number;
  readonly eventTime?: string | Date;
}
/**
 * What a node is told when it registers.
 *
 * @example
 * ```ts
 * import type { NodeRegistration } from '@millrace/sdk';
 * const serves = ({ assignment }: NodeRegistration): string[] => assignment.endpoints.map(({ name }) => name);
 * ```
 */
export type NodeRegistration = Refine<RegisterNodeMutation['registerNode'], { assignment: NodeAssignment }>;
/**
 * A segment of the prediction log as the control plane took it in.
 *
 * @example
 * ```ts
 * import type { PredictionSegment } from '@millrace/sdk';
 * const isIn = ({ job }: PredictionSegment): boolean => job.status === 'SUCCEEDED';
 * ```
 */
export type PredictionSegment = RecordPredictionSegmentMutation['recordPredictionSegment'];
