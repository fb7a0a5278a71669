import { MillraceError } from '@millrace/contracts';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { openOnnxSession, type OnnxSession } from './onnx-runtime.ts';
import { readVerifiedArtifact } from './read-artifact.ts';
import type { SessionReply, SessionRequest } from './session-messages.ts';
import type { NamedTensors } from './tensor.ts';

/**
 * A thread that owns one session. It is told to close and then ends by itself: terminating it from outside during a
 * run would abort the whole process.
 */
function serve(port: MessagePort): void {
  let session: OnnxSession | undefined;

  async function answer(request: SessionRequest): Promise<SessionReply> {
    if (request.kind === 'open') {
      const bytes = request.source.kind === 'bytes' ? request.source.bytes : await readVerifiedArtifact(request.source.path, request.source.digest);
      session = await openOnnxSession(bytes, request.provider);
      return { id: request.id, kind: 'opened', graph: { inputs: session.inputs, outputs: session.outputs } };
    }
    if (request.kind === 'close') {
      await session?.release();
      session = undefined;
      return { id: request.id, kind: 'closed' };
    }
    if (session === undefined) throw new MillraceError('INTERNAL', 'a run was asked of a thread without a session');
    return { id: request.id, kind: 'ran', outputs: await session.run(request.inputs) };
  }

  port.on('message', (request: SessionRequest) => {
    void answer(request)
      .catch((error: unknown): SessionReply => ({ id: request.id, kind: 'failed', error: MillraceError.wrap(error).toJSON() }))
      .then((reply) => {
        port.postMessage(reply, reply.kind === 'ran' ? buffersOf(reply.outputs) : []);
        if (request.kind === 'close') port.close();
      });
  });
}

function buffersOf(tensors: NamedTensors): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const { data } of Object.values(tensors)) if (!Array.isArray(data)) buffers.push(data.buffer as ArrayBuffer);
  return buffers;
}

if (parentPort !== null) serve(parentPort);
