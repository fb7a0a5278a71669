import { DATATYPE_OF_ONNX_TYPE, MillraceError, type ExecutionProvider, type TensorDatatype, type TensorSpec } from '@millrace/contracts';
import { env, InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { allocateData, elementCount, type NamedTensors, type Tensor, type TensorData } from './tensor.ts';

/** The inputs and outputs that a graph declares; a symbolic dimension is -1. */
export interface GraphInterface {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** One ONNX Runtime session. `run` blocks the thread that calls it, so sessions live in worker threads only. */
export interface OnnxSession extends GraphInterface {
  run(inputs: NamedTensors): Promise<NamedTensors>;
  release(): Promise<void>;
}

/**
 * Creates a session with one thread of its own and no busy waiting. This is the only file that knows ONNX Runtime.
 * Throws `MODEL_INVALID` when the bytes are not a model that this provider can load.
 */
export async function openOnnxSession(model: Uint8Array, provider: ExecutionProvider): Promise<OnnxSession> {
  const session = await createSession(model, provider);
  return {
    ...(await describeGraph(session)),
    run: async (inputs) => {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toOnnx(tensor)]));
      const results = await session.run(feeds);
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOnnx(tensor)]));
    },
    release: () => session.release(),
  };
}

async function createSession(model: Uint8Array, provider: ExecutionProvider): Promise<InferenceSession> {
  env.logLevel = 'fatal';
  try {
    return await InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MillraceError('MODEL_INVALID', `the artifact is not an ONNX model that provider "${provider}" can load: ${reason}`, {
      fields: { provider },
      cause,
    });
  }
}

const ONNX_OF_DATATYPE = new Map(Object.entries(DATATYPE_OF_ONNX_TYPE).map(([onnx, datatype]) => [datatype, onnx]));

async function describeGraph(session: InferenceSession): Promise<GraphInterface> {
  try {
    return { inputs: session.inputMetadata.map(describe), outputs: session.outputMetadata.map(describe) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function describe(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) {
    throw new MillraceError('MODEL_INVALID', `"${metadata.name}" is a sequence or a map, not a tensor; export classifiers without ZipMap`, {
      fields: { name: metadata.name },
    });
  }
  const datatype = datatypeOf(metadata.type);
  // onnxruntime-node 1.27 does not know the Float16Array that Node 24 has, so such a tensor can be declared but never run.
  if (datatype === 'FP16')
    throw new MillraceError('MODEL_INVALID', `"${metadata.name}" is FP16, which this node cannot run; cast to FP32 inside the graph`, {
      fields: { name: metadata.name },
    });
  return { name: metadata.name, datatype, shape: metadata.shape.map((dimension) => (typeof dimension === 'number' && dimension >= 0 ? dimension : -1)) };
}

function datatypeOf(onnx: string): TensorDatatype {
  const datatype = DATATYPE_OF_ONNX_TYPE[onnx];
  if (datatype === undefined) throw new MillraceError('MODEL_INVALID', `tensors of type "${onnx}" are not supported`, { fields: { type: onnx } });
  return datatype;
}

function toOnnx(tensor: Tensor): OnnxTensor {
  // The constructor is overloaded per type; the pair of type name and typed array is right by construction here.
  const create = OnnxTensor as unknown as new (type: string, data: TensorData, dims: readonly number[]) => OnnxTensor;
  return new create(ONNX_OF_DATATYPE.get(tensor.datatype) ?? '', tensor.data, tensor.shape);
}

/** Copies the values out, because memory that ONNX Runtime owns cannot be transferred to another thread. */
function fromOnnx(tensor: OnnxTensor): Tensor {
  const datatype = datatypeOf(tensor.type);
  if (elementCount(tensor.dims) === 0) return { datatype, shape: tensor.dims, data: allocateData(datatype, 0) };
  return { datatype, shape: tensor.dims, data: tensor.data.slice() };
}
