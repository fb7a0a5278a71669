import { env, InferenceSession } from 'onnxruntime-node';
import { parentPort, workerData } from 'node:worker_threads';
import type { GraphTensor, LoadReply } from './load-reply.ts';

/** Loads the model it was started with, says what the graph declares, and ends. A thread of its own, because loading blocks. */
async function load(bytes: Uint8Array): Promise<LoadReply> {
  env.logLevel = 'fatal';
  try {
    const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 4 });
    const reply = { kind: 'loaded', inputs: session.inputMetadata.map(describe), outputs: session.outputMetadata.map(describe) } as const;
    await session.release();
    return reply;
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function describe(metadata: InferenceSession.ValueMetadata): GraphTensor {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', shape: [] };
  return {
    name: metadata.name,
    type: metadata.type,
    shape: metadata.shape.map((dimension) => (typeof dimension === 'number' && dimension >= 0 ? dimension : -1)),
  };
}

parentPort?.postMessage(await load(workerData as Uint8Array), []);
