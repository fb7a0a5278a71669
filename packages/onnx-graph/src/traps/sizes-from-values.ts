import type { OnnxGraph, OnnxNode } from '../model/onnx-model.ts';

/**
 * Operators of ONNX whose output is as large as a value says, and the inputs that say it: sixteen bytes can ask for all memory there is.
 * `StringSplit` makes all rows as long as the one with the most parts.
 */
const SIZED_BY: Readonly<Record<string, readonly number[]>> = {
  AffineGrid: [1],
  BlackmanWindow: [0],
  CenterCropPad: [1],
  Col2Im: [1, 2],
  ConstantOfShape: [0],
  Expand: [1],
  HammingWindow: [0],
  HannWindow: [0],
  MaxUnpool: [2],
  MelWeightMatrix: [0, 1],
  OneHot: [1],
  Pad: [1],
  Range: [0, 1, 2],
  Resize: [1, 2, 3],
  STFT: [1, 3],
  StringSplit: [0],
  Tile: [1, 2],
  Upsample: [1],
};

/** As `SIZED_BY`, of the operators of ONNX Runtime. What it has for generating text goes on for as long as its inputs say. */
const SIZED_BY_MICROSOFT: Readonly<Record<string, readonly number[]>> = {
  BeamSearch: [1, 2, 3],
  CropAndResize: [3],
  GreedySearch: [1, 2],
  Pad: [1],
  Range: [0, 1, 2],
  Sampling: [1, 2],
  Tokenizer: [0],
  WhisperBeamSearch: [1, 2, 3],
};

/** What these give follows from the shapes of what they take alone. */
const OF_SHAPES = new Set(['Shape', 'Size']);

/** Which values of a graph come from the values of a request, not from the file or from shapes alone. */
export class SizesFromValues {
  readonly #fromRequest = new Map<string, boolean>([['', false]]);
  readonly #outer: SizesFromValues | undefined;

  constructor(graph: OnnxGraph | undefined, outer?: SizesFromValues) {
    this.#outer = outer;
    if (graph === undefined) return;
    for (const name of graph.initializers.keys()) this.#fromRequest.set(name, false);
    for (const { name } of graph.inputs) this.#fromRequest.set(name, true);
  }

  /** After those of what the node takes. What a graph within it gives may come from anywhere. */
  add({ opType, domain, inputs, outputs, attributes }: OnnxNode): void {
    const hasGraph = [...attributes.values()].some(({ kind }) => kind === 'graph' || kind === 'graphs');
    const isOfShapes = domain === '' && OF_SHAPES.has(opType);
    const fromRequest = hasGraph || (!isOfShapes && inputs.some((name) => this.isFromRequest(name)));
    for (const name of outputs) if (name !== '') this.#fromRequest.set(name, fromRequest);
  }

  /** Whether a value of a request says how much memory the node takes. */
  isSizedByRequest({ opType, domain, inputs }: OnnxNode): boolean {
    const sizes = domain === '' ? SIZED_BY : domain === 'com.microsoft' ? SIZED_BY_MICROSOFT : {};
    return (Object.hasOwn(sizes, opType) ? (sizes[opType] ?? []) : []).some((index) => this.isFromRequest(inputs[index] ?? ''));
  }

  /** What a function takes is not known from the function. */
  isFromRequest(name: string): boolean {
    return this.#fromRequest.get(name) ?? this.#outer?.isFromRequest(name) ?? true;
  }
}
