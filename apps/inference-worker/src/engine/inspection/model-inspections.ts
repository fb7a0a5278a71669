import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { MillraceError, type SerializedError } from '@millrace/contracts';
import { SessionFault } from '../session/session-fault.ts';
import type { ModelSource } from '../session/session-messages.ts';
import { inspectArtifact, unreadable, type Inspection } from './inspect-artifact.ts';

/** What the thread that inspects answers. */
export type InspectionReply = { readonly kind: 'inspected'; readonly inspection: Inspection } | { readonly kind: 'failed'; readonly error: SerializedError };

/** So few bytes are read by the main thread faster than a thread starts. */
const SMALL_BYTES = 256 * 1024;
/** Larger files are not looked into: reading one would take as much memory as loading it. */
const LARGE_BYTES = 2 ** 30;
/** Digests that are remembered. */
const REMEMBERED = 10_000;
const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** What the graphs of artifacts tell, each read once. */
export class ModelInspections {
  readonly #known = new Map<string, Inspection>();

  /** Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`, or what the signal is aborted with. */
  async of(source: ModelSource, signal: AbortSignal): Promise<Inspection> {
    const known = this.#known.get(source.digest);
    if (known !== undefined) return known;
    const inspection = await inspect(source, signal);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(source.digest, inspection);
    return inspection;
  }
}

async function inspect(source: ModelSource, signal: AbortSignal): Promise<Inspection> {
  const bytes = await stat(source.path).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes > LARGE_BYTES) return unreadable(`its file has ${bytes} bytes, too many to look into`);
  return bytes > SMALL_BYTES ? inThread(source, signal) : here(source);
}

function here(source: ModelSource): Inspection {
  try {
    return inspectArtifact(source);
  } catch (error) {
    throw error instanceof SessionFault ? MillraceError.from(error.serialized) : error;
  }
}

/** The thread runs nothing but JavaScript, so it can be ended at any moment. */
async function inThread(source: ModelSource, signal: AbortSignal): Promise<Inspection> {
  const worker = new Worker(new URL(`./inspect-artifact.worker${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url), {
    workerData: source,
    execArgv: FROM_SOURCE ? ['--conditions=@millrace/source'] : [],
  });
  try {
    const [reply] = (await once(worker, 'message', { signal })) as [InspectionReply];
    if (reply.kind === 'failed') throw MillraceError.from(reply.error);
    return reply.inspection;
  } catch (error) {
    signal.throwIfAborted();
    // The thread ran out of memory, as of a graph with too many parts: nothing is known of it.
    if (!(error instanceof MillraceError)) return unreadable(`its graph cannot be read: ${String(error)}`);
    throw error;
  } finally {
    await worker.terminate();
  }
}
