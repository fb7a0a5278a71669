import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ReferenceProfile } from '@millrace/contracts';
import { giveWayToMainThread } from '../engine/session/give-way.ts';
import { EndpointWriter } from './endpoint-writer.ts';
import type { LogOrder, LogQuestion, LogReport, LogThreadData, RowsMessage } from './log-messages.ts';
import { openChunk } from './logged-rows.ts';
import { replaySegment } from './replay-segment.ts';
import { SegmentFolder, type SegmentHeader } from './segment-folder.ts';

/** The thread of the prediction log. It encodes, summarises and writes, so that the main thread does none of it. */
class LogWorker {
  private readonly port: MessagePort;
  private readonly data: LogThreadData;
  private readonly folder: SegmentFolder;
  /** What was open when the thread started; never a segment of its own. */
  private unfinished: readonly SegmentHeader[];
  private readonly profiles = new Map<string, ReferenceProfile | null>();
  private readonly writers = new Map<string, EndpointWriter>();
  private readonly wanted = new Map<number, (profiles: ReadonlyMap<string, ReferenceProfile | null>) => void>();
  private nextId = 0;

  constructor(port: MessagePort, data: LogThreadData, folder: SegmentFolder, unfinished: readonly SegmentHeader[]) {
    this.port = port;
    this.data = data;
    this.folder = folder;
    this.unfinished = unfinished;
  }

  take(order: LogOrder): void {
    if (order.kind === 'rows') this.append(order);
    else if (order.kind === 'version') this.profiles.set(order.modelVersionId, order.referenceProfile);
    else if (order.kind === 'profiles') this.wanted.get(order.id)?.(order.profiles);
    else void this.answer(order.question, order.id);
  }

  private append(message: RowsMessage): void {
    this.writerOf(message.endpoint.endpointId).append(openChunk(message, this.profiles.get(message.modelVersionId) ?? null));
  }

  private async answer(question: LogQuestion, id: number): Promise<void> {
    let rows = 0;
    if (question === 'recover') rows = await this.recover();
    else if (question === 'stop') for (const left of await Promise.all([...this.writers.values()].map((writer) => writer.stop()))) rows += left;
    else await Promise.all([...this.writers.values()].map((writer) => writer.closeSegment()));
    this.report({ kind: 'done', id, rows });
    if (question === 'stop') this.port.close();
  }

  /** Closes the segments that a crash left open, with the rows that reached the disk. One that cannot be replayed now waits for the next start. */
  private async recover(): Promise<number> {
    const { folder, unfinished } = this;
    this.unfinished = [];
    let rows = 0;
    for (const header of unfinished) {
      try {
        const manifest = await replaySegment(folder.dataPath(header.sequence), header, (ids) => this.findProfiles(ids));
        if (manifest === undefined) await folder.remove(header.sequence);
        else await folder.writeManifest(manifest);
        rows += manifest?.rows ?? 0;
        this.report({ kind: 'log', level: 'info', message: 'unfinished segment replayed', fields: { sequence: header.sequence, rows: manifest?.rows ?? 0 } });
      } catch (error) {
        this.report({
          kind: 'log',
          level: 'error',
          message: 'unfinished segment cannot be replayed',
          fields: { sequence: header.sequence, error: String(error) },
        });
      }
    }
    if (rows > 0) this.report({ kind: 'closed' });
    return rows;
  }

  private findProfiles(modelVersionIds: readonly string[]): Promise<ReadonlyMap<string, ReferenceProfile | null>> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.wanted.set(id, resolve);
      this.report({ kind: 'profiles-wanted', id, modelVersionIds });
    });
  }

  private writerOf(endpointId: string): EndpointWriter {
    const known = this.writers.get(endpointId);
    if (known !== undefined) return known;
    const writer = new EndpointWriter({
      folder: this.folder,
      segmentRows: this.data.segmentRows,
      segmentMilliseconds: this.data.segmentMilliseconds,
      onCommitted: (rows, bytes) => this.report({ kind: 'committed', rows, bytes }),
      onClosed: () => this.report({ kind: 'closed' }),
      onError: (message, fields) => this.report({ kind: 'log', level: 'error', message, fields: { endpointId, ...fields } }),
    });
    this.writers.set(endpointId, writer);
    return writer;
  }

  private report(report: LogReport): void {
    this.port.postMessage(report, []);
  }
}

async function serve(port: MessagePort, data: LogThreadData): Promise<void> {
  giveWayToMainThread();
  const folder = await SegmentFolder.open(data.folder, Date.now());
  const worker = new LogWorker(port, data, folder, await folder.unfinished());
  port.on('message', (order: LogOrder) => worker.take(order));
}

if (parentPort !== null) await serve(parentPort, workerData as LogThreadData);
