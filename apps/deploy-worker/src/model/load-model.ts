import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { DATATYPE_OF_ONNX_TYPE, MillraceError, type Signature, type TensorSpec } from '@millrace/contracts';
import type { GraphTensor, LoadReply } from './load-reply.ts';

/** The inputs and outputs that a graph declares. */
export type GraphInterface = Pick<Signature, 'inputs' | 'outputs'>;

/** Creates a session from the bytes in a thread of its own, and says what the graph declares. Throws `MODEL_INVALID`. */
export async function loadModel(bytes: Uint8Array): Promise<GraphInterface> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new Worker(new URL(`./load-model.worker${extension}`, import.meta.url), {
    workerData: bytes,
    execArgv: extension === '.ts' ? ['--conditions=@millrace/source'] : [],
  });
  // The thread ends by itself after its answer; stopping it from outside while ONNX Runtime works would abort the process.
  const exited = once(worker, 'exit');
  const [reply] = (await once(worker, 'message')) as [LoadReply];
  await exited;
  if (reply.kind === 'failed') throw new MillraceError('MODEL_INVALID', `The artifact is not an ONNX model that can be loaded: ${reply.reason}`);
  return { inputs: reply.inputs.map(specOf), outputs: reply.outputs.map(specOf) };
}

function specOf({ name, type, shape }: GraphTensor): TensorSpec {
  const datatype = DATATYPE_OF_ONNX_TYPE[type];
  if (datatype === undefined)
    throw new MillraceError('MODEL_INVALID', `"${name}" is of type "${type}", which no endpoint can carry.`, { fields: { name, type } });
  return { name, datatype, shape: [...shape] };
}
