import type { AssignedVersion } from '@millrace/contracts';
import type { EndpointRoute } from '../serving/route-table.ts';
import { chunkBytes, columnsIn, type ChunkColumns, type ChunkFeature } from './chunk-layout.ts';
import type { RowsMessage } from './log-messages.ts';
import type { PredictionBatch } from './prediction-batch.ts';
import { ChunkWaiters } from './sent-chunks.ts';

/** Where rows are wide, chunks hold few of them. */
const LARGEST_BUFFER = 1024 * 1024;

/**
 * Rows of one endpoint and version that wait to be handed to the log thread, by columns in one buffer. Made for the main
 * thread: adding a row copies its numbers and makes no object.
 */
export class RowChunk {
  readonly endpoint: EndpointRoute;
  readonly version: AssignedVersion;
  readonly buffer: ArrayBuffer;
  readonly waiters = new ChunkWaiters();
  private readonly features: readonly ChunkFeature[];
  private readonly capacity: number;
  private readonly columns: ChunkColumns;
  private readonly ids: string[] = [];
  /** The buffer itself is gone once it was handed over. */
  private readonly bufferBytes: number;
  private characters = 0;
  rows = 0;

  /** An empty chunk that `first` fits into, with room for `capacity` rows where they are not wide. */
  constructor(first: PredictionBatch, capacity: number) {
    this.endpoint = first.endpoint;
    this.version = first.version;
    this.features = featuresOf(first);
    this.capacity = Math.max(first.rows, Math.min(capacity, Math.floor(LARGEST_BUFFER / chunkBytes(this.features, 1))));
    this.buffer = new ArrayBuffer(chunkBytes(this.features, this.capacity));
    this.bufferBytes = this.buffer.byteLength;
    this.columns = columnsIn(this.buffer, this.features, this.capacity);
  }

  /** What the chunk holds in memory; a character of text counts as two. */
  get bytes(): number {
    return this.bufferBytes + 2 * this.characters;
  }

  /** Adds the rows of a batch. False, and nothing is added, when they do not fit: no room, or tensors of another shape. */
  add(batch: PredictionBatch): boolean {
    if (this.rows + batch.rows > this.capacity) return false;
    if (!this.addValues(batch)) {
      this.forgetTexts();
      return false;
    }
    this.addEvents(batch);
    this.addScores(batch);
    this.rows += batch.rows;
    return true;
  }

  /** What the log thread is sent, with `buffer` as the transfer. */
  message(): RowsMessage {
    const { endpoint, version, rows, bytes, features, capacity, ids, buffer } = this;
    return {
      kind: 'rows',
      endpoint: { endpointId: endpoint.endpointId, name: endpoint.name, windowSeconds: endpoint.monitor?.windowSeconds ?? null },
      modelVersionId: version.modelVersionId,
      rows,
      bytes,
      features,
      capacity,
      ids,
      texts: this.columns.values.filter((column) => Array.isArray(column)),
      buffer,
    };
  }

  /** Looks at each tensor once. False where one has another width; numbers that were copied before it are overwritten by the next batch. */
  private addValues({ inputs, rows }: PredictionBatch): boolean {
    const { features, rows: start } = this;
    const { values } = this.columns;
    for (let i = 0; i < features.length; i++) {
      const feature = features[i];
      const column = values[i];
      if (feature === undefined || column === undefined || feature.width === 0) continue;
      const data = inputs[feature.name]?.data;
      if (data === undefined || data.length !== rows * feature.width) return false;
      if (Array.isArray(column)) this.addTexts(column, data as string[]);
      else if (data.length === 1) column[start] = data[0] as number;
      else (column as Float64Array).set(data as Float64Array, start * feature.width);
    }
    return true;
  }

  private forgetTexts(): void {
    for (const [i, { width }] of this.features.entries()) {
      const column = this.columns.values[i];
      if (Array.isArray(column)) column.length = this.rows * width;
    }
  }

  private addTexts(column: string[], texts: readonly string[]): void {
    for (const text of texts) {
      column.push(text);
      this.characters += text.length;
    }
  }

  private addEvents({ rows, requestId, eventIds, eventTimes }: PredictionBatch): void {
    const { ids } = this;
    const { spans, times } = this.columns;
    if (eventIds === undefined) {
      spans[ids.push(requestId) - 1] = rows;
      this.characters += requestId.length;
    } else this.addTexts(ids, eventIds);
    if (typeof eventTimes === 'number') times.fill(eventTimes, this.rows, this.rows + rows);
    else times.set(eventTimes, this.rows);
  }

  /** The score is the last value of its row: the probability of the positive class. */
  private addScores({ outputs, version, rows }: PredictionBatch): void {
    const { scores } = this.columns;
    const data = outputs[version.scoreOutput]?.data;
    const width = data === undefined || Array.isArray(data) ? 0 : data.length / rows;
    if (data === undefined || width < 1 || !Number.isInteger(width)) scores.fill(Number.NaN, this.rows, this.rows + rows);
    else for (let row = 0; row < rows; row++) scores[this.rows + row] = Number(data[(row + 1) * width - 1]);
  }
}

function featuresOf({ inputs, rows }: PredictionBatch): ChunkFeature[] {
  return Object.entries(inputs).map(([name, { datatype, data }]) => {
    const width = data.length / rows;
    return { name, datatype, width: Number.isInteger(width) ? width : 0 };
  });
}
