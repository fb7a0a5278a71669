import { spawn } from 'node:child_process';
import { DATATYPE_OF_ONNX_TYPE, MillraceError, type Signature, type TensorSpec } from '@millrace/contracts';
import { halfOfMemory, limitedNode } from '@millrace/service-kit';
import type { GraphTensor, LoadReply } from './load-reply.ts';

/** The inputs and outputs that a graph declares. */
export type GraphInterface = Pick<Signature, 'inputs' | 'outputs'>;

/** What a load may take. */
export interface LoadLimits {
  readonly milliseconds: number;
  readonly memoryBytes: number;
}

/** Longer than a node takes for the largest model that it may load. */
const LOAD_MILLISECONDS = 120_000;

/**
 * Creates a session from the bytes in a process of its own, and says what the graph declares. ONNX Runtime computes parts of some graphs when
 * it loads them, and may never end, take all memory, or end its process. Throws `MODEL_INVALID`.
 */
export async function loadModel(bytes: Uint8Array, limits: Partial<LoadLimits> = {}): Promise<GraphInterface> {
  const reply = await askChild(bytes, { milliseconds: LOAD_MILLISECONDS, memoryBytes: halfOfMemory(), ...limits });
  if (reply.kind === 'failed') throw new MillraceError('MODEL_INVALID', `The artifact is not an ONNX model that can be loaded: ${reply.reason}`);
  return { inputs: reply.inputs.map(specOf), outputs: reply.outputs.map(specOf) };
}

function askChild(bytes: Uint8Array, { milliseconds, memoryBytes }: LoadLimits): Promise<LoadReply> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const { file, args } = limitedNode(new URL(`./load-model.child${extension}`, import.meta.url), memoryBytes);
  const child = spawn(file, args, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, milliseconds);
    child.once('message', (reply) => {
      resolve(reply as LoadReply);
      child.kill('SIGKILL');
    });
    child.once('error', (error) => resolve({ kind: 'failed', reason: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const reason = isLate ? `loading it took longer than ${milliseconds / 1000} s` : `loading it ended its process (${signal ?? `exit code ${code}`})`;
      resolve({ kind: 'failed', reason });
    });
    child.send(bytes, () => undefined);
  });
}

function specOf({ name, type, shape }: GraphTensor): TensorSpec {
  const datatype = DATATYPE_OF_ONNX_TYPE[type];
  if (datatype === undefined)
    throw new MillraceError('MODEL_INVALID', `"${name}" is of type "${type}", which no endpoint can carry.`, { fields: { name, type } });
  return { name, datatype, shape: [...shape] };
}
