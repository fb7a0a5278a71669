import { join } from 'node:path';
import type { ReferenceProfile } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { LogThread, type ThreadReport } from './log-thread.ts';
import { PromisedRows } from './promised-rows.ts';
import { OpenChunks } from './open-chunks.ts';
import type { PredictionBatch, PredictionSink } from './prediction-batch.ts';
import type { RowChunk } from './row-chunk.ts';
import type { SegmentFolder } from './segment-folder.ts';
import { notDurable, SentChunks } from './sent-chunks.ts';

/** When a segment closes, and how much may wait for the disk. */
export interface SegmentLimits {
  readonly segmentRows: number;
  readonly segmentMilliseconds: number;
  /** Rows of all endpoints that may wait for the disk; beyond it rows are dropped and counted, because serving comes first. */
  readonly backlogRows: number;
  /** The same in bytes; default 256 MiB. */
  readonly backlogBytes?: number | undefined;
}

interface PredictionLogOptions {
  readonly folder: SegmentFolder;
  readonly limits: SegmentLimits;
  readonly logger: Logger;
  /** Told when a segment has closed and can be uploaded. */
  readonly onClosed: () => void;
  /** The code of the log thread, where it is not the usual one. */
  readonly threadEntry?: URL | undefined;
}

type FindProfile = (modelVersionId: string) => ReferenceProfile | null | undefined;

const HAND_OVER_MILLISECONDS = 5;
const BACKLOG_BYTES = 256 * 1024 * 1024;

/**
 * The write-ahead log of predictions. It stands beside the response: `append` copies the rows into a chunk for their endpoint and
 * version, and every few milliseconds the chunks go to the log thread, which does all the rest. What goes wrong here never reaches
 * a caller. Rows are durable once their group commit has synced.
 */
export class PredictionLog implements PredictionSink {
  private readonly options: PredictionLogOptions;
  private readonly thread: LogThread;
  private readonly open = new OpenChunks();
  /** Chunks that wait for a thread. */
  private held: RowChunk[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Versions that the thread knows. */
  private readonly announced = new Set<string>();
  private readonly profiles = new Map<string, ReferenceProfile | null>();
  private findProfile: FindProfile = () => undefined;
  /** Taken, and not yet reported as durable. */
  private waitingRows = 0;
  /** Of those, in full chunks and in the thread. */
  private waitingBytes = 0;
  private readonly sent = new SentChunks();
  private readonly promised: PromisedRows;
  private isHandingOver = false;
  private lostRows = 0;
  private isDropping = false;
  private lastFault: string | undefined;
  private isStopped = false;

  constructor(options: PredictionLogOptions) {
    this.options = options;
    const { segmentRows, segmentMilliseconds } = options.limits;
    this.promised = new PromisedRows(join(options.folder.path, 'promised-rows'));
    this.thread = new LogThread({
      data: { folder: options.folder.path, segmentRows, segmentMilliseconds },
      entry: options.threadEntry,
      onReport: (report) => this.receive(report),
      onDeath: (reason) => this.onDeath(reason),
      onRestart: () => this.onRestart(),
    });
  }

  append(batch: PredictionBatch): void {
    if (this.isFull(batch)) return this.drop(batch);
    this.promised.answer(batch.rows);
    this.add(batch);
    this.timer ??= setTimeout(() => this.handOver(), HAND_OVER_MILLISECONDS);
  }

  /** Whoever waits is not kept waiting for others: the rows go with the end of this turn, and the thread joins what comes while it syncs. */
  appendDurably(batch: PredictionBatch): Promise<void> {
    if (this.isFull(batch)) return Promise.reject(notDurable(this.lastFault ?? 'its disk does not keep up'));
    const { waiters } = this.add(batch);
    if (!this.isHandingOver) {
      this.isHandingOver = true;
      setImmediate(() => this.handOver());
    }
    return waiters.wait();
  }

  private isFull({ rows }: PredictionBatch): boolean {
    return this.isStopped || this.waitingRows + rows > this.options.limits.backlogRows || this.waitingBytes > this.backlogBytes;
  }

  private add(batch: PredictionBatch): RowChunk {
    this.waitingRows += batch.rows;
    const { chunk, full } = this.open.add(batch);
    if (full !== undefined) this.send(full);
    return chunk;
  }

  /** Closes the segments that a crash left open, with the rows that reached the disk. Returns how many rows were found. */
  recover(profileOf: FindProfile): Promise<number> {
    this.findProfile = profileOf;
    return this.thread.ask('recover');
  }

  /** Rows that were lost: the disk did not keep up, or the log thread died before they were durable. */
  get droppedRows(): number {
    return this.lostRows;
  }

  /** Why rows could not be written when it was last tried; undefined when they could. */
  get fault(): string | undefined {
    return this.lastFault;
  }

  /** Rows that processes before this one answered and never made durable. */
  get lostBefore(): number {
    return this.promised.lostRows;
  }

  /** Rows that were taken and are not durable yet. */
  get waiting(): number {
    return this.waitingRows;
  }

  /** Commits what waits and closes every open segment. */
  async closeSegments(): Promise<void> {
    this.handOver();
    await this.thread.ask('close-segments');
  }

  /** Closes a segment again from its rows, under a number from `atLeast` on where one is given. */
  async closeAgain(sequence: number, atLeast: number | undefined): Promise<void> {
    await this.thread.ask({ sequence, atLeast });
  }

  /** Closes for good. Rows that the disk refuses are lost and counted; those of a later `append` too. */
  async stop(): Promise<void> {
    this.handOver();
    this.isStopped = true;
    const rows = (await this.thread.stop()) + this.held.reduce((sum, chunk) => sum + chunk.rows, 0);
    for (const chunk of [...this.held, ...this.sent.takeAll()]) {
      if (isFast(chunk)) this.promised.lose(chunk.rows);
      chunk.waiters.refuse('the node stops');
    }
    this.held = [];
    this.promised.close();
    if (rows === 0) return;
    this.lostRows += rows;
    this.options.logger.error('predictions lost: the prediction log stopped and could not be written', { rows });
  }

  private get backlogBytes(): number {
    return this.options.limits.backlogBytes ?? BACKLOG_BYTES;
  }

  private handOver(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isHandingOver = false;
    for (const chunk of this.open.takeAll()) this.send(chunk);
  }

  private send(chunk: RowChunk): void {
    this.waitingBytes += chunk.bytes;
    if (this.thread.isRunning) this.post(chunk);
    else this.held.push(chunk);
  }

  private post(chunk: RowChunk): void {
    const { modelVersionId, referenceProfile } = chunk.version;
    if (!this.announced.has(modelVersionId)) {
      this.announced.add(modelVersionId);
      this.profiles.set(modelVersionId, referenceProfile);
      this.thread.send({ kind: 'version', modelVersionId, referenceProfile });
    }
    const message = chunk.message();
    this.sent.add(chunk);
    this.thread.send(message, [message.buffer]);
  }

  private drop({ endpoint, rows }: PredictionBatch): void {
    this.lostRows += rows;
    if (this.isDropping) return;
    this.isDropping = true;
    this.options.logger.error('predictions dropped: the disk of the prediction log does not keep up', {
      endpointId: endpoint.endpointId,
      backlogRows: this.waitingRows,
    });
  }

  private receive(report: ThreadReport): void {
    if (report.kind === 'committed') this.release(report);
    else if (report.kind === 'closed') this.options.onClosed();
    else if (report.kind === 'log') this.options.logger[report.level](report.message, report.fields);
    else if (report.kind === 'fault') this.onFault(report);
    else this.thread.send({ kind: 'profiles', id: report.id, profiles: new Map(report.modelVersionIds.map((id) => [id, this.profileOf(id)])) });
  }

  /** A disk that stays full is told once, not every second. */
  private onFault({ endpointId, error }: { readonly endpointId: string; readonly error: string }): void {
    if (this.lastFault !== error) this.options.logger.error('prediction log cannot be written', { endpointId, error, waitingRows: this.waitingRows });
    this.lastFault = error;
  }

  private profileOf(modelVersionId: string): ReferenceProfile | null {
    return this.findProfile(modelVersionId) ?? this.profiles.get(modelVersionId) ?? null;
  }

  private release({ endpointId, rows, bytes }: { readonly endpointId: string; readonly rows: number; readonly bytes: number }): void {
    this.waitingRows -= rows;
    this.waitingBytes -= bytes;
    let promised = 0;
    for (const chunk of this.sent.take(endpointId, rows)) {
      if (isFast(chunk)) promised += chunk.rows;
      chunk.waiters.release();
    }
    if (promised > 0) this.promised.keep(promised);
    this.isDropping = false;
    if (this.lastFault !== undefined) this.options.logger.info('prediction log can be written again', { after: this.lastFault });
    this.lastFault = undefined;
  }

  private onDeath(reason: string): void {
    let rows = 0;
    for (const chunk of this.sent.takeAll()) {
      this.waitingRows -= chunk.rows;
      this.waitingBytes -= chunk.bytes;
      if (isFast(chunk)) rows += chunk.rows;
      chunk.waiters.refuse('the thread of the prediction log ended');
    }
    this.lostRows += rows;
    if (rows > 0) this.promised.lose(rows);
    this.announced.clear();
    this.options.logger.error('the thread of the prediction log ended and starts again; rows that were not durable are lost', { reason, rows });
  }

  /** What the thread before left open is closed by the new one, before it writes what waited for it. */
  private onRestart(): void {
    void this.thread.ask('recover');
    const chunks = this.held;
    this.held = [];
    for (const chunk of chunks) this.post(chunk);
  }
}

/** Whether its rows were answered before they were durable. */
function isFast({ version }: RowChunk): boolean {
  return version.serving.predictionLog === 'fast';
}
