import { beginPeak } from './memory-peak.ts';
import { openOnnxSession, type OnnxSession } from './onnx-runtime.ts';
import { readVerifiedArtifact } from './read-artifact.ts';
import { SessionFault } from './session-fault.ts';
import type { SessionOrder, SessionReply, SessionRequest } from './session-messages.ts';
import { packTensors, unpackTensors, type PackedTensors } from '../tensor/tensor-packing.ts';

/** The library of ES2023 does not know the method, which Node has. */
interface TransferableBuffer extends ArrayBuffer {
  transfer(length: number): ArrayBuffer;
}

/** One session, and the answers to what is asked of it: the same in a thread as in a process of its own. */
export class SessionHost {
  #session: OnnxSession | undefined;

  /** Never rejects: what fails is an answer, too. */
  async answer(request: SessionRequest): Promise<SessionReply> {
    try {
      return await this.#answer(request);
    } catch (thrown) {
      return { id: request.id, kind: 'failed', error: SessionFault.serialize(thrown) };
    }
  }

  async #answer(request: SessionRequest): Promise<SessionReply> {
    const { id } = request;
    if (request.kind === 'open') {
      this.#session = await open(request.order);
      return { id, kind: 'opened', graph: { inputs: this.#session.inputs, outputs: this.#session.outputs } };
    }
    if (request.kind === 'close') {
      await this.#session?.release();
      this.#session = undefined;
      return { id, kind: 'closed' };
    }
    if (this.#session === undefined) throw new SessionFault('INTERNAL', 'a run was asked where no session was opened');
    if (request.kind === 'measure') return { id, kind: 'measured', peakBytes: await measure(this.#session, request.inputs) };
    return run(this.#session, id, request.inputs);
  }
}

async function open({ source, provider, datatypes }: SessionOrder): Promise<OnnxSession> {
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

async function measure(session: OnnxSession, packed: PackedTensors): Promise<number> {
  const inputs = unpackTensors(session.inputs, packed);
  const peak = beginPeak();
  await session.run(inputs);
  return peak();
}
