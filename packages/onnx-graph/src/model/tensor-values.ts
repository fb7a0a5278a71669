import { ELEMENT_TYPE_CODES } from './element-types.ts';
import type { OnnxTensor } from './onnx-model.ts';

/** The numbers of a tensor of the file that has at most `maximum` elements; undefined for a larger one, one of text, and one whose data are elsewhere. */
export function tensorValues({ elementType, dimensions, data }: OnnxTensor, maximum = 4096): readonly number[] | undefined {
  const count = elementCount(dimensions);
  if (count > maximum) return undefined;
  if (data.kind === 'values')
    return data.count === count && data.values.length === count && elementType !== FP16 && elementType !== BF16 ? data.values : undefined;
  if (data.kind !== 'raw') return undefined;
  const width = WIDTHS[elementType];
  if (width === undefined || data.bytes.length !== count * width) return undefined;
  const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  return Array.from({ length: count }, (_, index) => valueAt(view, elementType, index * width));
}

export function elementCount(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => product * dimension, 1);
}

const { BF16, FP16, FP32, FP64, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL } = ELEMENT_TYPE_CODES;

const WIDTHS: Readonly<Record<number, number>> = {
  [FP32]: 4,
  [FP64]: 8,
  [INT8]: 1,
  [INT16]: 2,
  [INT32]: 4,
  [INT64]: 8,
  [UINT8]: 1,
  [UINT16]: 2,
  [UINT32]: 4,
  [UINT64]: 8,
  [BOOL]: 1,
};

function valueAt(view: DataView, elementType: number, offset: number): number {
  switch (elementType) {
    case FP32:
      return view.getFloat32(offset, true);
    case FP64:
      return view.getFloat64(offset, true);
    case INT8:
      return view.getInt8(offset);
    case INT16:
      return view.getInt16(offset, true);
    case INT32:
      return view.getInt32(offset, true);
    case INT64:
      return Number(view.getBigInt64(offset, true));
    case UINT16:
      return view.getUint16(offset, true);
    case UINT32:
      return view.getUint32(offset, true);
    case UINT64:
      return Number(view.getBigUint64(offset, true));
    default:
      return view.getUint8(offset);
  }
}
