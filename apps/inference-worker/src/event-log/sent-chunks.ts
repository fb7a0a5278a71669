import { MillraceError } from '@millrace/contracts';
import type { RowChunk } from './row-chunk.ts';

/** How long a request waits for the disk. */
const DURABLE_MILLISECONDS = 5000;

/** Who waits until the rows of a chunk are durable. */
export class ChunkWaiters {
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: MillraceError) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  wait(): Promise<void> {
    this.#timer ??= setTimeout(() => this.refuse(`the disk of the prediction log took longer than ${DURABLE_MILLISECONDS} ms`), DURABLE_MILLISECONDS);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  release(): void {
    clearTimeout(this.#timer);
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  refuse(reason: string): void {
    clearTimeout(this.#timer);
    for (const { reject } of this.#waiting.splice(0)) reject(notDurable(reason));
  }
}

/** What a caller is told whose answer could not be made durable. */
export function notDurable(reason: string): MillraceError {
  return new MillraceError(
    'UNAVAILABLE',
    `the prediction was made, but could not be logged durably, as its model wants it: ${reason}. Send the request again with the same id.`,
  );
}

/** Chunks that the log thread has, in the order in which each endpoint commits them. */
export class SentChunks {
  readonly #byEndpoint = new Map<string, RowChunk[]>();

  add(chunk: RowChunk): void {
    const { endpointId } = chunk.endpoint;
    const own = this.#byEndpoint.get(endpointId);
    if (own === undefined) this.#byEndpoint.set(endpointId, [chunk]);
    else own.push(chunk);
  }

  /** Takes the next chunks of an endpoint that hold so many rows. */
  take(endpointId: string, rows: number): readonly RowChunk[] {
    const own = this.#byEndpoint.get(endpointId) ?? [];
    let [count, left] = [0, rows];
    while (count < own.length && left > 0) left -= own[count++]?.rows ?? 0;
    const taken = own.splice(0, count);
    if (own.length === 0) this.#byEndpoint.delete(endpointId);
    return taken;
  }

  takeAll(): readonly RowChunk[] {
    const all = [...this.#byEndpoint.values()].flat();
    this.#byEndpoint.clear();
    return all;
  }
}
