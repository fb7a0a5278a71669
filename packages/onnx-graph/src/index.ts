export { readOnnxModel } from './model/read-model.ts';
export { DEFAULT_LIMITS, type ReadLimits } from './model/read-limits.ts';
export type {
  AttributeList,
  Dimension,
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  TensorSource,
  ValueInfo,
} from './model/onnx-model.ts';
export { ELEMENT_TYPE_CODES, isFloatType, isIntegerType, type ElementTypeCode } from './model/element-types.ts';
export { tensorValues } from './model/tensor-values.ts';
export { findTrappingOperators, type TrapCondition, type TrappingOperator } from './traps/find-trapping-operators.ts';
export { ProtobufWriter } from './protobuf/protobuf-writer.ts';
export { attributeMessage, batchValueMessage, operatorSetMessage, tensorMessage, type Attribute, type ElementType } from './write/onnx-messages.ts';
export { onnxModelBytes } from './write/model-bytes.ts';
export type { AttributeDraft, ElementTypeName, FunctionDraft, GraphDraft, ModelDraft, NodeDraft, TensorDraft, ValueDraft } from './write/model-draft.ts';
export { followRows } from './rows/follow-rows.ts';
export type { RowFault } from './rows/row-value.ts';
export type { RowVerdict } from './rows/row-verdict.ts';
export { withoutZipMaps, type WithoutZipMaps } from './zip-map/without-zip-maps.ts';
