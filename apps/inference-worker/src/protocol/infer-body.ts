import type { InferInput, InferSchedule } from '../serving/infer-request.ts';

/** One output that a request asks for. */
export interface RequestedOutput {
  readonly name: string;
  /** Whether it is to be answered as bytes after the JSON; undefined follows the request. */
  readonly binary: boolean | undefined;
  /** How many of the highest values are to be answered, as text, instead of the tensor. */
  readonly classes: number | undefined;
}

/** What the `parameters` of a request ask for. */
export interface RequestParameters extends InferSchedule {
  /** Whether outputs that do not say otherwise are answered as bytes. */
  readonly binaryOutputs: boolean;
}

/** An infer request whose form is right; whether it fits the model is decided later. */
export interface InferBody extends RequestParameters {
  readonly id: string | undefined;
  readonly inputs: readonly InferInput[];
  /** Undefined asks for all outputs. */
  readonly outputs: readonly RequestedOutput[] | undefined;
}
