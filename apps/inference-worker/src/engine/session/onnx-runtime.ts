import type { ExecutionProvider, TensorDatatype, TensorSpec } from '@millrace/contracts';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { isMainThread } from 'node:worker_threads';
import { SessionFault } from './session-fault.ts';
import { allocateData, elementCount, type NamedTensors, type Tensor, type TensorData } from '../tensor/tensor.ts';

/** The inputs and outputs that a graph declares; a symbolic dimension is -1. */
export interface GraphInterface {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** One ONNX Runtime session. `run` blocks the thread that calls it, so sessions live in worker threads only. */
export interface OnnxSession extends GraphInterface {
  /** Throws `MODEL_INVALID` with ONNX Runtime's reason; the session stays usable. What it gives back is to be copied before it goes to another thread. */
  run(inputs: NamedTensors): Promise<NamedTensors>;
  release(): Promise<void>;
}

/** Operators on text, such as StringNormalizer, look up a locale when they are made. */
const LOCALE = /locale/i;
/** A run that fails so would have gone well with more memory. */
const OUT_OF_MEMORY = /bad_alloc|allocate/i;

type Datatypes = Readonly<Record<string, TensorDatatype>>;

// Where JavaScript has a Float16Array, onnxruntime-common 1.27 makes one of every FP16 tensor, and its own native side refuses it.
// Where there is none, both sides agree on the raw bits in a Uint16Array.
if (!isMainThread) Reflect.deleteProperty(globalThis, 'Float16Array');
const ort = await import('onnxruntime-node');

/**
 * Creates a session with one thread of its own and no busy waiting. This is the only file that knows ONNX Runtime.
 * Throws `MODEL_INVALID` when the bytes are not a model that this provider can load.
 */
export async function openOnnxSession(model: Uint8Array, provider: ExecutionProvider, datatypes: Datatypes): Promise<OnnxSession> {
  const session = await createSession(model, provider);
  const graph = await describeGraph(session, datatypes);
  const onnxTypes = new Map(Object.entries(datatypes).map(([onnx, datatype]) => [datatype, onnx]));
  return {
    ...graph,
    run: async (inputs) => {
      const feeds: Record<string, OnnxTensor> = {};
      for (const { name, datatype } of graph.inputs) feeds[name] = toOnnx(onnxTypes.get(datatype) ?? '', inputs[name]);
      const results = await runSession(session, feeds);
      const outputs: Record<string, Tensor> = {};
      for (const { name, datatype } of graph.outputs) outputs[name] = fromOnnx(name, datatype, results[name]);
      return outputs;
    },
    release: () => session.release(),
  };
}

/**
 * ONNX Runtime computes at load what follows from constants, up to 1 GiB each time: some kilobytes of model became gigabytes. Weights of 4 bits, the
 * most that gains by it, grow to eight times their size.
 */
const FOLDED_BYTES = 16 * 2 ** 20;
const FOLDED_GROWTH = 8;

async function createSession(model: Uint8Array, provider: ExecutionProvider): Promise<InferenceSession> {
  ort.env.logLevel = 'fatal';
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      // An arena keeps what the widest run took for as long as the session lives, and Node has no way to shrink it; without one a run is as fast (ADR 16).
      enableCpuMemArena: false,
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      extra: {
        session: { intra_op: { allow_spinning: '0' } },
        optimization: { constant_folding_max_output_size_in_bytes: String(Math.max(FOLDED_BYTES, FOLDED_GROWTH * model.length)) },
      },
    });
  } catch (cause) {
    const reason = reasonOf(cause);
    const wayOn = LOCALE.test(reason)
      ? '; the machine of the node lacks the locale: install it (Debian: the package locales, then locale-gen en_US.UTF-8)'
      : '';
    throw new SessionFault('MODEL_INVALID', `the artifact is not an ONNX model that provider "${provider}" can load: ${reason}${wayOn}`, { provider });
  }
}

async function runSession(session: InferenceSession, feeds: Record<string, OnnxTensor>): Promise<Readonly<Record<string, OnnxTensor>>> {
  try {
    return await session.run(feeds);
  } catch (cause) {
    const reason = reasonOf(cause);
    const isOfMemory = OUT_OF_MEMORY.test(reason);
    throw new SessionFault('MODEL_INVALID', `the model failed on these inputs: ${reason}`, { isOfInputs: !isOfMemory, isOfMemory });
  }
}

async function describeGraph(session: InferenceSession, datatypes: Datatypes): Promise<GraphInterface> {
  try {
    const describeAll = (all: readonly InferenceSession.ValueMetadata[]): TensorSpec[] => all.map((metadata) => describe(metadata, datatypes));
    return { inputs: describeAll(session.inputMetadata), outputs: describeAll(session.outputMetadata) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function describe(metadata: InferenceSession.ValueMetadata, datatypes: Datatypes): TensorSpec {
  const { name } = metadata;
  if (!metadata.isTensor) {
    throw new SessionFault('MODEL_INVALID', `"${name}" is a sequence or a map, not a tensor; export classifiers without ZipMap`, { name });
  }
  const datatype = datatypes[metadata.type];
  if (datatype === undefined) throw new SessionFault('MODEL_INVALID', `"${name}" has elements of type "${metadata.type}", which are not supported`, { name });
  return { name, datatype, shape: metadata.shape.map((dimension) => (typeof dimension === 'number' && dimension >= 0 ? dimension : -1)) };
}

function toOnnx(type: string, tensor: Tensor | undefined): OnnxTensor {
  // The constructor is overloaded per type; the pair of type name and typed array is right by construction here.
  const create = ort.Tensor as unknown as new (type: string, data: TensorData, dims: readonly number[]) => OnnxTensor;
  return new create(type, tensor?.data ?? [], tensor?.shape ?? []);
}

function fromOnnx(name: string, datatype: TensorDatatype, tensor: OnnxTensor | undefined): Tensor {
  if (tensor === undefined) throw new SessionFault('MODEL_INVALID', `the model gave no output "${name}"`, { name });
  const { dims } = tensor;
  return { datatype, shape: dims, data: elementCount(dims) === 0 ? allocateData(datatype, 0) : tensor.data };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
