import type { ElementTypeCode } from './element-types.ts';

/** A dimension: its size, or the name under which it is open; an open one without a name has the name "". */
export type Dimension = number | string;

/** The declared type of a value. */
export interface ValueInfo {
  readonly name: string;
  /** What kind of value it is; only tensors have an element type and a shape here. */
  readonly kind: 'tensor' | 'sequence' | 'map' | 'optional' | 'sparse' | 'unknown';
  /** `TensorProto.DataType`; 0: not said. */
  readonly elementType: ElementTypeCode;
  /** Undefined: not even the rank is said. */
  readonly shape: readonly Dimension[] | undefined;
}

/** A tensor that is part of the file. Its data stay in the bytes of the file: `raw` is a view. */
export interface OnnxTensor {
  readonly name: string;
  readonly elementType: ElementTypeCode;
  readonly dimensions: readonly number[];
  readonly data: TensorSource;
}

/** Where the data of a tensor are. `values` are the fields that hold numbers one by one; there may be fewer than `count` where there are many. */
export type TensorSource =
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'values'; readonly values: readonly number[]; readonly count: number }
  | { readonly kind: 'strings'; readonly count: number }
  | { readonly kind: 'external' };

/** A list of an attribute. `values` are the first of them: lists of trees have millions, and only their number matters. */
export interface AttributeList<Value> {
  readonly values: readonly Value[];
  readonly count: number;
}

/** The value of an attribute of a node. */
export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | ({ readonly kind: 'floats' } & AttributeList<number>)
  | ({ readonly kind: 'ints' } & AttributeList<number>)
  | ({ readonly kind: 'strings' } & AttributeList<string>)
  | { readonly kind: 'graphs'; readonly values: readonly OnnxGraph[] }
  /** Inside a local function: the attribute of that name of the node that calls it. */
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'other' };

/** One operator of a graph. An input or output that is left out has the name "". */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** "" is ai.onnx. */
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A graph, or a graph within a node. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Initializers whose values are sparse: their names. */
  readonly sparseInitializers: ReadonlySet<string>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** What the exporter says of values within. It is a claim: ONNX Runtime does not hold the graph to it. */
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
}

/** A function of the model's own, which its nodes call like an operator. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly opsets: ReadonlyMap<string, number>;
  /** Attributes that the caller may leave out. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
}

/** What an ONNX file says. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** Versions of the operator sets by domain; "" is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  readonly functions: readonly OnnxFunction[];
}
