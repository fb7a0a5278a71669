import type { AssignedVersion, TensorDatatype } from '@millrace/contracts';
import type { Tensor, TensorData } from '../engine/tensor/tensor.ts';

/** One input as a wire format brought it: `data` has the length that `shape` says and fits `datatype`; whether it fits the model is decided later. */
export interface InferInput {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** Places in `data` of values that were null in JSON, where the datatype has no value of its own for that; 0 or an empty text stands there. */
  readonly missing?: readonly number[];
}

/** What may be asked beside the inputs. */
export interface InferSchedule {
  /** 1 is the highest; 0 or nothing is the default, which stands in the middle. */
  readonly priority?: number | undefined;
  /** How long the request may wait in the queue. */
  readonly timeoutMicroseconds?: number | undefined;
  /** Chooses the version instead of the first event id and the request's id. */
  readonly routingKey?: string | undefined;
}

/** One infer request, of whatever wire format. */
export interface InferRequest extends InferSchedule {
  /** What the caller proves its right with; see `AccessTable`. */
  readonly token: string | undefined;
  readonly endpoint: string;
  /** A version by number or id; undefined follows the traffic split. */
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly inputs: readonly InferInput[];
  /** In this order; undefined asks for all outputs of the signature. */
  readonly requestedOutputs: readonly string[] | undefined;
  /** Work whose client has gone is dropped before it runs. */
  readonly client?: { readonly gone: boolean } | undefined;
}

/** A tensor with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** The answer to one infer request. */
export interface InferResult {
  readonly endpoint: string;
  readonly id: string;
  /** Undefined where an ensemble answered. */
  readonly version: AssignedVersion | undefined;
  readonly rows: number;
  /** The outputs that were asked for, in order. */
  readonly outputs: readonly NamedTensor[];
  /** What happens beside the answer: to be called once after it was handed to the socket. */
  readonly afterwards: () => void;
}
