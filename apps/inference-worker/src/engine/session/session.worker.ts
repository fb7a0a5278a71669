import { parentPort, type MessagePort } from 'node:worker_threads';
import { giveWayToMainThread } from './give-way.ts';
import { openOnnxSession, type OnnxSession } from './onnx-runtime.ts';
import { readVerifiedArtifact } from './read-artifact.ts';
import { SessionFault } from './session-fault.ts';
import type { SessionOrder, SessionReply, SessionRequest } from './session-messages.ts';
import { packTensors, unpackTensors, type PackedTensors } from '../tensor/tensor-packing.ts';

/** The library of ES2023 does not know the method, which Node has. */
interface TransferableBuffer extends ArrayBuffer {
  transfer(length: number): ArrayBuffer;
}

/**
 * A thread that owns one session. It is told to close and then ends by itself: terminating it from outside during a
 * run would abort the whole process.
 */
function serve(port: MessagePort): void {
  let session: OnnxSession | undefined;

  async function answer(request: SessionRequest): Promise<SessionReply> {
    const { id } = request;
    if (request.kind === 'open') {
      session = await open(request.order);
      return { id, kind: 'opened', graph: { inputs: session.inputs, outputs: session.outputs } };
    }
    if (request.kind === 'close') {
      await session?.release();
      session = undefined;
      return { id, kind: 'closed' };
    }
    if (session === undefined) throw new SessionFault('INTERNAL', 'a run was asked of a thread without a session');
    return run(session, id, request.inputs);
  }

  port.on('message', (request: SessionRequest) => {
    void answer(request)
      .catch((thrown: unknown): SessionReply => ({ id: request.id, kind: 'failed', error: SessionFault.serialize(thrown) }))
      .then((reply) => {
        port.postMessage(reply, reply.kind === 'ran' ? [reply.outputs.buffer] : []);
        if (request.kind === 'close') port.close();
      });
  });
}

async function open({ source, provider, datatypes }: SessionOrder): Promise<OnnxSession> {
  if (source.kind === 'bytes') return openOnnxSession(source.bytes, provider, datatypes);
  const bytes = readVerifiedArtifact(source.path, source.digest);
  try {
    return await openOnnxSession(bytes, provider, datatypes);
  } finally {
    // The session has its own copy. Only this gives the memory back now: what is merely dropped stays until the thread collects its garbage, which an idle one never does.
    if (bytes.byteLength === bytes.buffer.byteLength) (bytes.buffer as TransferableBuffer).transfer(0);
  }
}

async function run(session: OnnxSession, id: number, packed: PackedTensors): Promise<SessionReply> {
  const begin = performance.now();
  const inputs = unpackTensors(session.inputs, packed);
  const ready = performance.now();
  const results = await session.run(inputs);
  const ran = performance.now();
  const outputs = packTensors(session.outputs, [results], 0);
  return { id, kind: 'ran', outputs, times: { input: ready - begin, infer: ran - ready, output: performance.now() - ran } };
}

if (parentPort !== null) {
  giveWayToMainThread();
  serve(parentPort);
}
