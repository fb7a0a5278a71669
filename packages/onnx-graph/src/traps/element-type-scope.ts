import { ELEMENT_TYPE_CODES as TYPES, type ElementTypeCode } from '../model/element-types.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../model/onnx-model.ts';

/** Nothing is known of the type. */
const UNKNOWN = 0;

/** Operators whose first output has the type of one of their inputs: its index. */
const TYPE_OF_INPUT: Readonly<Record<string, number>> = {
  ...fromList(0, 'Abs Add And AveragePool BatchNormalization BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil Celu Clip Compress Concat Conv'),
  ...fromList(0, 'ConvTranspose Cos CumSum DepthToSpace Div Dropout Einsum Elu Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm'),
  ...fromList(0, 'GlobalAveragePool GlobalMaxPool GridSample GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN'),
  ...fromList(
    0,
    'LayerNormalization LeakyRelu Log LogSoftmax LpNormalization LpPool LSTM GRU RNN MatMul Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg',
  ),
  ...fromList(0, 'PRelu Pad Pow Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum'),
  ...fromList(0, 'ReduceSumSquare Relu Reshape Resize ReverseSequence RMSNormalization Round ScatterElements ScatterND Selu Sigmoid Sign Sin Slice Softmax'),
  ...fromList(
    0,
    'Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample',
  ),
  ...fromList(1, 'CastLike DequantizeLinear Where'),
  ...fromList(2, 'OneHot'),
};

const FIXED_TYPE: Readonly<Record<string, ElementTypeCode>> = {
  ...fromList(TYPES.INT64, 'ArgMax ArgMin NonZero Shape Size'),
  ...fromList(TYPES.BOOL, 'Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or Xor'),
};

const ML_FLOATS = new Set('FeatureVectorizer LinearRegressor Normalizer OneHotEncoder SVMRegressor Scaler TreeEnsembleRegressor'.split(' '));
const ML_CLASSIFIERS = new Set('LinearClassifier SVMClassifier TreeEnsembleClassifier'.split(' '));

/** The element types of the values of a graph, as far as they follow from what ONNX Runtime checks when it loads it. */
export class ElementTypeScope {
  readonly #types = new Map<string, ElementTypeCode>();
  readonly #outer: ElementTypeScope | undefined;

  constructor(graph: OnnxGraph | undefined, outer?: ElementTypeScope) {
    this.#outer = outer;
    if (graph === undefined) return;
    for (const { name, elementType } of [...graph.valueInfo.values(), ...graph.inputs, ...graph.outputs]) this.#set(name, elementType);
    for (const { name, elementType } of graph.initializers.values()) this.#set(name, elementType);
  }

  /** `TensorProto.DataType`; 0: unknown. */
  of(name: string): ElementTypeCode {
    return this.#types.get(name) ?? this.#outer?.of(name) ?? UNKNOWN;
  }

  /** Derives the types of what a node gives, after those of what it takes. */
  add(node: OnnxNode): void {
    const [first, ...others] = node.outputs;
    if (first === undefined) return;
    this.#set(first, this.#firstOutput(node));
    if (node.domain === 'ai.onnx.ml' && ML_CLASSIFIERS.has(node.opType)) for (const name of others) this.#set(name, TYPES.FP32);
    if (node.domain === '' && node.opType === 'Split') for (const name of others) this.#set(name, this.of(node.inputs[0] ?? ''));
  }

  #firstOutput({ opType, domain, inputs, attributes }: OnnxNode): ElementTypeCode {
    if (domain === 'ai.onnx.ml') return ML_FLOATS.has(opType) ? TYPES.FP32 : UNKNOWN;
    if (domain !== '') return UNKNOWN;
    if (opType === 'Cast') {
      const to = attributes.get('to');
      return to?.kind === 'int' ? to.value : UNKNOWN;
    }
    if (opType === 'Constant' || opType === 'ConstantOfShape') return typeOfConstant(attributes, opType);
    const input = TYPE_OF_INPUT[opType];
    return input === undefined ? (FIXED_TYPE[opType] ?? UNKNOWN) : this.of(inputs[input] ?? '');
  }

  #set(name: string, type: ElementTypeCode): void {
    if (name !== '' && type !== UNKNOWN) this.#types.set(name, type);
  }
}

/** The tensor that a `Constant` node holds, where it holds one. */
export function constantTensor({ opType, domain, attributes }: OnnxNode): OnnxTensor | undefined {
  const value = opType === 'Constant' && domain === '' ? attributes.get('value') : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
}

function typeOfConstant(attributes: OnnxNode['attributes'], opType: string): ElementTypeCode {
  const value = attributes.get('value');
  if (value?.kind === 'tensor') return value.value.elementType;
  if (opType === 'ConstantOfShape' && value === undefined) return TYPES.FP32;
  if (attributes.has('value_float') || attributes.has('value_floats')) return TYPES.FP32;
  if (attributes.has('value_int') || attributes.has('value_ints')) return TYPES.INT64;
  return attributes.has('value_string') || attributes.has('value_strings') ? TYPES.BYTES : UNKNOWN;
}

function fromList<Value>(value: Value, names: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, value]));
}
