import { env, InferenceSession } from 'onnxruntime-node';
import type { GraphTensor, LoadReply } from './load-reply.ts';

/** Loads the model that it is sent and says what the graph declares. It ends with its parent, or when that has heard enough. */
async function load(bytes: Uint8Array): Promise<LoadReply> {
  env.logLevel = 'fatal';
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
      // Nothing is run here, so constants need not be computed any larger.
      extra: { optimization: { constant_folding_max_output_size_in_bytes: '1048576' } },
    });
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

process.once('message', (bytes) => {
  void load(bytes as Uint8Array).then((reply) => process.send?.(reply));
});
