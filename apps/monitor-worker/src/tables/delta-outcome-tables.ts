import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PREDICTION_COLUMNS, type Column } from '@millrace/contracts';
import type { WindowPerformance } from '@millrace/db';
import {
  appendRows,
  type FileBounds,
  findSnapshot,
  inLakehouse,
  KeyIndex,
  makeFolder,
  queryTables,
  retentionProperties,
  type ResultValue,
  type TrustedDatabaseOptions,
} from '@millrace/lakehouse';
import { windowKeyText, type WindowKey } from '../windows/window-key.ts';
import type { LabelsOfBatch } from './label.ts';
import { joinLabels, joinOutcomes, mayHoldBatches, MINUTE, shrinkIndexes, type IndexedOutcomes, type IndexedTable } from './join-outcomes.ts';
import { performanceSql, timeRanges } from './outcome-sql.ts';
import { DEFAULT_OUTCOME_RETENTION, maintainTable, type OutcomeRetention } from './maintain-table.ts';
import type {
  JoinRequest,
  MaintainedTables,
  MonitoredPlace,
  OutcomeJoin,
  OutcomePlace,
  OutcomeTables,
  SegmentFile,
  SettledTransactions,
  UnfitValues,
  WantedWindow,
} from './outcome-tables.ts';
import { batchesOf } from './segment-batches.ts';
import { performanceOf } from './window-performance.ts';

const LABEL: readonly Column[] = [
  { name: 'event_id', type: 'string', nullable: true },
  { name: 'value', type: 'double', nullable: true },
  { name: 'event_time', type: 'timestamp', nullable: true },
  { name: 'label_batch_id', type: 'string', nullable: true },
];

/** What was set aside of label batches: its beginning, where it stood, and why. */
const REJECTED_LINE: readonly Column[] = [
  { name: 'line', type: 'long', nullable: true },
  { name: 'text', type: 'string', nullable: true },
  { name: 'reason', type: 'string', nullable: true },
  { name: 'label_batch_id', type: 'string', nullable: true },
];
const QUARANTINE = '__quarantine';

export interface DeltaOutcomeTablesOptions {
  /** Folder of the lakehouse. */
  readonly root: string;
  /** Where label batches lie on their way into a table. */
  readonly workFolder: string;
  readonly limits: TrustedDatabaseOptions;
  readonly retention?: OutcomeRetention;
}

/** Predictions and labels as two Delta tables per endpoint. A commit carries the id of its segment or batch as transaction, so it happens once. */
export class DeltaOutcomeTables implements OutcomeTables {
  readonly #options: DeltaOutcomeTablesOptions;
  readonly #retention: OutcomeRetention;
  readonly #properties: Readonly<Record<string, string>>;

  constructor(options: DeltaOutcomeTablesOptions) {
    this.#options = options;
    this.#retention = options.retention ?? DEFAULT_OUTCOME_RETENTION;
    this.#properties = retentionProperties(this.#retention.removedFileHours);
  }

  async appendPredictions(place: OutcomePlace, segment: SegmentFile, features: readonly Column[]): Promise<UnfitValues> {
    return inLakehouse(this.#options.root, () => this.#appendSegment(place, segment, features));
  }

  async #appendSegment(place: OutcomePlace, segment: SegmentFile, features: readonly Column[]): Promise<UnfitValues> {
    const table = this.#path(place, 'predictions');
    const columns = await likeStored(table, [...PREDICTION_COLUMNS, ...features.filter((feature) => !isReserved(feature))]);
    const { unfit } = await appendRows(
      {
        table,
        batches: batchesOf(segment, columns),
        columns,
        transaction: { appId: `segment ${segment.segmentId}`, version: 1 },
        configuration: this.#properties,
        info: { segmentId: segment.segmentId },
      },
      this.#options.limits,
    );
    return unfit;
  }

  async appendLabels(place: OutcomePlace, batchId: string, { labels, rejected }: LabelsOfBatch): Promise<void> {
    await inLakehouse(this.#options.root, async () => {
      await this.#appendOfBatch(this.#path(place, 'labels'), batchId, LABEL, labels);
      if (rejected.length > 0) await this.#appendOfBatch(this.#path(place, 'labels', QUARANTINE), batchId, REJECTED_LINE, rejected);
    });
  }

  async #appendOfBatch(table: string, batchId: string, columns: readonly Column[], rows: readonly object[]): Promise<void> {
    await makeFolder(this.#options.workFolder, 1);
    const folder = await mkdtemp(join(this.#options.workFolder, 'labels-'));
    try {
      const path = join(folder, 'rows.ndjson');
      await writeFile(path, rows.map((row) => `${JSON.stringify({ ...row, label_batch_id: batchId })}\n`).join(''));
      const transaction = { appId: `labels ${batchId}`, version: 1 };
      await appendRows({ table, files: [path], columns, transaction, configuration: this.#properties, info: { batchId } }, this.#options.limits);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async join(place: MonitoredPlace, request: JoinRequest): Promise<OutcomeJoin | undefined> {
    return inLakehouse(this.#options.root, async () => joinOutcomes(await this.#indexed(place), place.windowSeconds, request));
  }

  async performance(place: MonitoredPlace, windows: readonly WantedWindow[], batchIds: readonly string[]): Promise<ReadonlyMap<string, WindowPerformance>> {
    if (windows.length === 0) return new Map();
    const ranges = timeRanges(place.windowSeconds, windows);
    const tables = {
      predictions: {
        path: this.#path(place, 'predictions'),
        columns: PREDICTION_COLUMNS,
        mayHold: (bounds: FileBounds) => ranges.some(({ from, to }) => bounds.mayOverlapInstants('event_time', from, to)),
      },
      labels: { path: this.#path(place, 'labels'), columns: LABEL, mayHold: mayHoldBatches(batchIds) },
    };
    const query = { tables, sql: performanceSql(place.windowSeconds, windows, batchIds) };
    const rows = await inLakehouse(this.#options.root, () => queryTables(query, this.#options.limits));
    return new Map(rows.map((row) => [windowKeyText(keyOf(row)), performanceFrom(row)]));
  }

  async countUnmatched(place: OutcomePlace, batchIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (batchIds.length === 0) return new Map();
    const { unmatched } = await inLakehouse(this.#options.root, async () => joinLabels(await this.#indexed(place), batchIds, () => {}));
    return unmatched;
  }

  async maintain(place: OutcomePlace, settled: SettledTransactions): Promise<MaintainedTables> {
    const done: MaintainedTables[] = [];
    for (const [kind, table, sortBy] of [
      ['segment', this.#path(place, 'predictions'), 'event_time'],
      ['labels', this.#path(place, 'labels'), 'label_batch_id'],
      ['labels', this.#path(place, 'labels', QUARANTINE), 'label_batch_id'],
    ] as const) {
      if ((await findSnapshot(table)) === undefined) continue;
      done.push(await maintainTable({ table, sortBy, kind, settled: (ids) => settled(kind, ids), retention: this.#retention, limits: this.#options.limits }));
    }
    await shrinkIndexes(await this.#indexed(place));
    const sum = (of: (one: MaintainedTables) => number): number => done.reduce((total, one) => total + of(one), 0);
    return {
      filesCompacted: sum(({ filesCompacted }) => filesCompacted),
      logFilesRemoved: sum(({ logFilesRemoved }) => logFilesRemoved),
      filesRemoved: sum(({ filesRemoved }) => filesRemoved),
      bytesRemoved: sum(({ bytesRemoved }) => bytesRemoved),
    };
  }

  /** The tables as they are now, with the indexes of their events. */
  async #indexed(place: OutcomePlace): Promise<IndexedOutcomes> {
    const open = async (kind: 'predictions' | 'labels', at: string): Promise<IndexedTable | undefined> => {
      const table = this.#path(place, kind);
      const snapshot = await findSnapshot(table);
      return snapshot === undefined ? undefined : { snapshot, index: new KeyIndex({ table, key: 'event_id', place: at, limits: this.#options.limits }) };
    };
    // Predictions first: a batch that is known to be there is then seen whole, whatever comes meanwhile.
    const predictions = await open('predictions', MINUTE);
    return { predictions, labels: await open('labels', 'label_batch_id') };
  }

  #path(place: OutcomePlace, kind: 'predictions' | 'labels', suffix = ''): string {
    return join(this.#options.root, place.workspaceId, `__${kind}__${place.endpointId}${suffix}`);
  }
}

/** The columns in the types that the table has them in, so that a later version of a model cannot make the table unwritable. */
async function likeStored(table: string, columns: readonly Column[]): Promise<Column[]> {
  const stored = new Map((await findSnapshot(table))?.columns.map((column) => [column.name.toLowerCase(), column]));
  return columns.map((column) => stored.get(column.name.toLowerCase()) ?? column);
}

function isReserved(feature: Column): boolean {
  return PREDICTION_COLUMNS.some((column) => column.name === feature.name.toLowerCase());
}

function keyOf(row: Readonly<Record<string, ResultValue>>): WindowKey {
  return { modelVersionId: row['model_version_id'] as string, windowStart: Number(row['window_start']) };
}

function performanceFrom(row: Readonly<Record<string, ResultValue>>): WindowPerformance {
  const of = (name: string): number => Number(row[name]);
  return performanceOf({
    predictions: of('predictions'),
    labels: of('labels'),
    tp: of('tp'),
    fp: of('fp'),
    tn: of('tn'),
    fn: of('fn'),
    logLoss: of('log_loss'),
    brier: of('brier'),
    wins: of('wins'),
    pairs: of('pairs'),
  });
}
