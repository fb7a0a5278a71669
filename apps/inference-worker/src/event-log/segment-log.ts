import type { ReferenceProfile } from '@millrace/contracts';
import { EndpointWriter } from './endpoint-writer.ts';
import type { LogOrder, LogQuestion, LogReport, RowsMessage } from './log-messages.ts';
import { openChunk } from './logged-rows.ts';
import type { SegmentFolder } from './segment-folder.ts';
import { UnfinishedSegments } from './unfinished-segments.ts';

interface SegmentLogOptions {
  readonly folder: SegmentFolder;
  readonly segmentRows: number;
  readonly segmentMilliseconds: number;
  readonly report: (report: LogReport) => void;
  /** Called when it was asked to stop and has. */
  readonly onStopped: () => void;
}

/** What the thread of the prediction log does: it encodes, summarises and writes, so that the main thread does none of it. */
export class SegmentLog {
  readonly #options: SegmentLogOptions;
  readonly #unfinished: UnfinishedSegments;
  readonly #profiles = new Map<string, ReferenceProfile | null>();
  readonly #writers = new Map<string, EndpointWriter>();
  readonly #wanted = new Map<number, (profiles: ReadonlyMap<string, ReferenceProfile | null>) => void>();
  #nextId = 0;

  constructor(options: SegmentLogOptions) {
    this.#options = options;
    this.#unfinished = new UnfinishedSegments({
      folder: options.folder,
      findProfiles: (ids) => this.#findProfiles(ids),
      onClosed: () => options.report({ kind: 'closed' }),
      log: (level, message, fields) => options.report({ kind: 'log', level, message, fields }),
    });
  }

  take(order: LogOrder): void {
    if (order.kind === 'rows') this.#append(order);
    else if (order.kind === 'version') this.#profiles.set(order.modelVersionId, order.referenceProfile);
    else if (order.kind === 'profiles') this.#wanted.get(order.id)?.(order.profiles);
    else void this.#answer(order.question, order.id);
  }

  #append(message: RowsMessage): void {
    this.#writerOf(message.endpoint.endpointId).append(openChunk(message, this.#profiles.get(message.modelVersionId) ?? null));
  }

  async #answer(question: LogQuestion, id: number): Promise<void> {
    let rows = 0;
    if (question === 'recover') rows = await this.#unfinished.closeAll();
    else if (question === 'close-segments') await Promise.all([...this.#writers.values()].map((writer) => writer.closeSegment()));
    else if (question === 'stop') for (const left of await Promise.all([...this.#writers.values()].map((writer) => writer.stop()))) rows += left;
    else rows = await this.#unfinished.close(question);
    if (question === 'stop') this.#unfinished.stop();
    this.#options.report({ kind: 'done', id, rows });
    if (question === 'stop') this.#options.onStopped();
  }

  #findProfiles(modelVersionIds: readonly string[]): Promise<ReadonlyMap<string, ReferenceProfile | null>> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#wanted.set(id, (profiles) => {
        this.#wanted.delete(id);
        resolve(profiles);
      });
      this.#options.report({ kind: 'profiles-wanted', id, modelVersionIds });
    });
  }

  #writerOf(endpointId: string): EndpointWriter {
    const known = this.#writers.get(endpointId);
    if (known !== undefined) return known;
    const { folder, segmentRows, segmentMilliseconds, report } = this.#options;
    const writer = new EndpointWriter({
      folder,
      segmentRows,
      segmentMilliseconds,
      onCommitted: (rows, bytes) => report({ kind: 'committed', endpointId, rows, bytes }),
      onClosed: () => report({ kind: 'closed' }),
      onUnsummarised: (sequence, rows) => {
        const message = 'rows are in no window: the event times of one commit lie in more windows than a segment can have';
        report({ kind: 'log', level: 'error', message, fields: { endpointId, sequence, rows } });
      },
      onFault: (error) => report({ kind: 'fault', endpointId, error: String(error) }),
    });
    this.#writers.set(endpointId, writer);
    return writer;
  }
}
