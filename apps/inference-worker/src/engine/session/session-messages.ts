import type { ExecutionProvider, SerializedError, TensorDatatype } from '@millrace/contracts';
import type { GraphInterface } from './onnx-runtime.ts';
import type { PackedTensors } from '../tensor/tensor-packing.ts';

/** Where a model comes from: an artifact on disk whose digest must match. */
export interface ModelSource {
  readonly path: string;
  readonly digest: string;
}

/** What a session is opened with. */
export interface SessionOrder {
  readonly source: ModelSource;
  readonly provider: ExecutionProvider;
  /** The datatype for each element type that ONNX Runtime names. */
  readonly datatypes: Readonly<Record<string, TensorDatatype>>;
}

/** What the node asks of a session. `inputs` are in the order of the graph. */
export type SessionRequest =
  | { readonly id: number; readonly kind: 'open'; readonly order: SessionOrder }
  | { readonly id: number; readonly kind: 'run'; readonly inputs: PackedTensors }
  /** A run of which only the memory is wanted. */
  | { readonly id: number; readonly kind: 'measure'; readonly inputs: PackedTensors }
  | { readonly id: number; readonly kind: 'close' };

/** The time that one run took where its session lives, in milliseconds: making tensors of the inputs, running, packing the outputs. */
export interface RunTimes {
  readonly input: number;
  readonly infer: number;
  readonly output: number;
}

/** What a session answers, by the id of the request. `outputs` are in the order of the graph. */
export type SessionReply =
  | { readonly id: number; readonly kind: 'opened'; readonly graph: GraphInterface }
  | { readonly id: number; readonly kind: 'ran'; readonly outputs: PackedTensors; readonly times: RunTimes }
  /** What the run took at its height, in bytes; 0 where the system does not tell. */
  | { readonly id: number; readonly kind: 'measured'; readonly peakBytes: number }
  | { readonly id: number; readonly kind: 'closed' }
  | { readonly id: number; readonly kind: 'failed'; readonly error: SerializedError };
