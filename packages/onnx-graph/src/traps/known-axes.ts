import type { OnnxGraph, OnnxNode } from '../model/onnx-model.ts';

/** Operators that give at least one axis, whatever they take. */
const GIVES_AXES = new Set('Concat Flatten Gemm Unsqueeze ai.onnx.ml.ArrayFeatureExtractor ai.onnx.ml.FeatureVectorizer ai.onnx.ml.OneHotEncoder'.split(' '));
/** Operators whose output has at least as many axes as each of their inputs. */
const KEEPS_AXES = new Set(
  (
    'Abs Add Cast Clip Div Erf Exp Identity LayerNormalization Log Max Mean Min Mul Neg Pow Relu Sigmoid Softmax Sqrt Sub Sum Tanh Transpose ' +
    'ai.onnx.ml.Binarizer ai.onnx.ml.Imputer ai.onnx.ml.LabelEncoder ai.onnx.ml.Normalizer ai.onnx.ml.Scaler'
  ).split(' '),
);

/** Which values of a graph are known not to be scalars: ONNX Runtime holds a request to the number of dimensions that the file declares. */
export class KnownAxes {
  readonly #hasAxes = new Map<string, boolean>();
  readonly #outer: KnownAxes | undefined;

  constructor(graph: OnnxGraph | undefined, outer?: KnownAxes) {
    this.#outer = outer;
    if (graph === undefined) return;
    for (const { name, dimensions } of graph.initializers.values()) this.#hasAxes.set(name, dimensions.length > 0);
    for (const { name, shape } of graph.inputs) this.#hasAxes.set(name, shape !== undefined && shape.length > 0);
  }

  /** After what the node takes. */
  add({ opType, domain, inputs, outputs }: OnnxNode): void {
    const kind = domain === '' ? opType : `${domain}.${opType}`;
    const hasAxes = GIVES_AXES.has(kind) || (KEEPS_AXES.has(kind) && inputs.some((name) => this.has(name)));
    for (const name of outputs) this.#hasAxes.set(name, hasAxes);
  }

  has(name: string): boolean {
    return this.#hasAxes.get(name) ?? this.#outer?.has(name) ?? false;
  }
}
