import type { ELEMENT_TYPE_CODES } from '../model/element-types.ts';
import type { Dimension } from '../model/onnx-model.ts';

/** The name of an element type. */
export type ElementTypeName = keyof typeof ELEMENT_TYPE_CODES;

/** An input, an output or another value with its declared type; without a shape, not even the rank is said. */
export interface ValueDraft {
  readonly name: string;
  readonly type: ElementTypeName;
  readonly shape?: readonly Dimension[] | undefined;
}

/** A tensor of the file, given by its values. */
export interface TensorDraft {
  readonly name: string;
  readonly type: ElementTypeName;
  readonly shape: readonly number[];
  readonly values: readonly number[] | readonly string[];
}

/** The value of an attribute: a bare number is an int, bare numbers are ints. */
export type AttributeDraft =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: TensorDraft }
  | { readonly graph: GraphDraft }
  /** In a function: the attribute of that name of the node that calls it; the operator says of which kind it is. */
  | { readonly reference: string };

export interface NodeDraft {
  readonly op: string;
  /** "" is ai.onnx. */
  readonly domain?: string | undefined;
  readonly name?: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeDraft>> | undefined;
}

export interface GraphDraft {
  readonly name?: string | undefined;
  readonly nodes: readonly NodeDraft[];
  readonly initializers?: readonly TensorDraft[] | undefined;
  readonly inputs: readonly ValueDraft[];
  readonly outputs: readonly ValueDraft[];
  readonly valueInfo?: readonly ValueDraft[] | undefined;
}

export interface FunctionDraft {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeDraft[];
}

/** What a model file is to say. */
export interface ModelDraft extends GraphDraft {
  /** By domain; nothing: ai.onnx 17, ai.onnx.ml 3. */
  readonly opsets?: Readonly<Record<string, number>> | undefined;
  readonly functions?: readonly FunctionDraft[] | undefined;
}
