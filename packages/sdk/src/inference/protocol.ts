import type { TensorDatatype, TensorSpec } from '@millrace/contracts';

/**
 * What a tensor may hold in JSON. `null` is a missing value: of FP32 or FP64, and of any column that the model was trained on here.
 *
 * @example
 * ```ts
 * import type { TensorValue } from '@millrace/sdk';
 * const values: TensorValue[] = [0.5, 'SFO', true, null];
 * ```
 */
export type TensorValue = number | string | boolean | null | bigint;

/**
 * A tensor of the Open Inference Protocol, values in row-major order.
 *
 * @example
 * ```ts
 * import type { InferTensor } from '@millrace/sdk';
 * const distances: InferTensor = { name: 'distance', datatype: 'FP32', shape: [2, 1], data: [2176, 215] };
 * ```
 */
export interface InferTensor {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  readonly data: readonly TensorValue[];
}

/**
 * Body of an infer request.
 *
 * @example
 * ```ts
 * import type { InferRequest } from '@millrace/sdk';
 * const request: InferRequest = { inputs: [{ name: 'distance', datatype: 'FP32', shape: [1, 1], data: [2176] }] };
 * ```
 */
export interface InferRequest {
  readonly id?: string;
  readonly inputs: readonly InferTensor[];
  readonly outputs?: readonly { readonly name: string }[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Body of an infer response. `parameters.model_version_id` names the version that answered.
 *
 * @example
 * ```ts
 * import type { InferResponse } from '@millrace/sdk';
 * const output = ({ outputs }: InferResponse, name: string) => outputs.find((each) => each.name === name)?.data;
 * ```
 */
export interface InferResponse {
  readonly id: string;
  readonly model_name: string;
  /** Undefined where an ensemble answered. */
  readonly model_version?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly outputs: readonly InferTensor[];
}

/**
 * Metadata of an endpoint: its tensors.
 *
 * @example
 * ```ts
 * import type { EndpointMetadata } from '@millrace/sdk';
 * const names = ({ inputs }: EndpointMetadata): string[] => inputs.map(({ name }) => name);
 * ```
 */
export interface EndpointMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Input with one event id per row (BYTES): labels join by it.
 *
 * @example
 * ```ts
 * import { EVENT_ID_INPUT, type InferTensor } from '@millrace/sdk';
 * const ids: InferTensor = { name: EVENT_ID_INPUT, datatype: 'BYTES', shape: [1], data: ['UA-16-2001-04-01'] };
 * ```
 */
export const EVENT_ID_INPUT = 'millrace.event_id';
/**
 * Input with one event time per row (INT64, milliseconds since the epoch): windows go by it.
 *
 * @example
 * ```ts
 * import { EVENT_TIME_INPUT, type InferTensor } from '@millrace/sdk';
 * const times: InferTensor = { name: EVENT_TIME_INPUT, datatype: 'INT64', shape: [1], data: [Date.now()] };
 * ```
 */
export const EVENT_TIME_INPUT = 'millrace.event_time';
