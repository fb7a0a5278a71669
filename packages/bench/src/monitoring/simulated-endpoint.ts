import { join } from 'node:path';
import { monitorDefinitionSchema, newId, type JobName } from '@millrace/contracts';
import { enqueueJob, insertRow, JobLedger, LabelBatch, PredictionSegment, type DataSource, type Job } from '@millrace/db';
import { beginLakehouse } from '@millrace/lakehouse';
import { SegmentEncoder } from '@millrace/prediction-segment';
import { SummaryBuilder } from '@millrace/statistics';
import { openStorage, type ArtifactStore } from '@millrace/storage';
import {
  attemptOf,
  buildEndpoint,
  buildModel,
  buildModelVersion,
  buildMonitor,
  buildNode,
  buildUseCase,
  sampleReferenceProfile,
  seedWorkspace,
} from '@millrace/testing';

/** What the monitor worker is made of, as far as it is driven here. It is an app, so nobody imports it by its name. */
interface MonitorWorkerParts {
  readonly monitoringHandlers: (services: object) => Handlers;
  readonly DeltaOutcomeTables: new (options: object) => OutcomeTables;
}

type Handlers = Readonly<Record<string, (context: object) => Promise<unknown>>>;

interface OutcomeTables {
  maintain(place: object, settled: (kind: string, ids: readonly string[]) => Promise<readonly string[]>): Promise<object>;
}

export interface SimulatedPrediction {
  readonly id: string;
  readonly at: number;
  readonly distance: number;
  readonly score: number;
}

const ignore = (): void => undefined;
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A monitored endpoint, and its nodes, its callers and the queue in one: everything else is real. */
export class SimulatedEndpoint {
  readonly #dataSource: DataSource;
  readonly #storage: ArtifactStore;
  readonly #tables: OutcomeTables;
  readonly #handlers: Handlers;
  readonly #ledger: JobLedger;
  readonly #row: { readonly workspaceId: string; readonly endpointId: string; readonly nodeId: string; readonly versionId: string };
  readonly #windowSeconds: number;
  #sequence = 0;

  private constructor(
    dataSource: DataSource,
    parts: { readonly storage: ArtifactStore; readonly tables: OutcomeTables; readonly handlers: Handlers },
    row: SimulatedEndpoint['place'] & { readonly nodeId: string; readonly versionId: string },
    windowSeconds: number,
  ) {
    this.#dataSource = dataSource;
    this.#storage = parts.storage;
    this.#tables = parts.tables;
    this.#handlers = parts.handlers;
    this.#ledger = new JobLedger({ dataSource });
    this.#row = row;
    this.#windowSeconds = windowSeconds;
  }

  static async build(dataSource: DataSource, folder: string, windowSeconds: number): Promise<SimulatedEndpoint> {
    const parts = { ...(await partOf('composition.js')), ...(await partOf('tables/delta-outcome-tables.js')) } as unknown as MonitorWorkerParts;
    const workspace = await seedWorkspace(dataSource);
    const useCase = await buildUseCase(workspace, { clock: 'EVENT', status: 'LIVE' });
    const version = await buildModelVersion(workspace, { modelId: (await buildModel(workspace, { useCaseId: useCase.id })).id });
    const endpoint = await buildEndpoint(workspace, { useCaseId: useCase.id, traffic: [{ modelVersionId: version.id, weight: 100 }] });
    const node = await buildNode(workspace, { environmentId: endpoint.environmentId });
    await buildMonitor(workspace, {
      endpointId: endpoint.id,
      definition: monitorDefinitionSchema.parse({ windowSeconds, minimumRows: 10, labelCoverage: 0.5 }),
    });
    const storage = openStorage(`file://${join(folder, 'artifacts')}`);
    const workFolder = join(folder, 'work');
    const root = join(folder, 'lakehouse');
    await beginLakehouse(root, { holdsRows: false });
    const tables = new parts.DeltaOutcomeTables({ root, workFolder, limits: { threads: 1 } });
    const handlers = parts.monitoringHandlers({ dataSource, storage, tables, workFolder });
    const row = { workspaceId: workspace.id, endpointId: endpoint.id, nodeId: node.id, versionId: version.id };
    return new SimulatedEndpoint(dataSource, { storage, tables, handlers }, row, windowSeconds);
  }

  get place(): { readonly workspaceId: string; readonly endpointId: string } {
    return { workspaceId: this.#row.workspaceId, endpointId: this.#row.endpointId };
  }

  /** Uploads a segment as a node does; returns the job that takes it in. */
  async uploadSegment(predictions: readonly SimulatedPrediction[]): Promise<string> {
    const { nodeId } = this.#row;
    const times = predictions.map(({ at }) => at);
    return this.#record('ingest-segment', this.#encode(predictions), (manager, id, artifactDigest, jobId) =>
      insertRow(manager, PredictionSegment, {
        ...this.place,
        id,
        nodeId,
        sequence: ++this.#sequence,
        artifactDigest,
        rows: predictions.length,
        minEventTime: new Date(Math.min(...times)),
        maxEventTime: new Date(Math.max(...times)),
        summaries: this.#summariesOf(predictions),
        jobId,
      }),
    );
  }

  /** Uploads labels as the control plane does; returns the job that takes them in. */
  uploadLabels(labels: Readonly<Record<string, 0 | 1>>): Promise<string> {
    const lines = Object.entries(labels).map(([event, value]) => JSON.stringify({ event_id: event, value }));
    return this.#record('ingest-labels', Buffer.from(lines.join('\n')), (manager, id, artifactDigest, jobId) =>
      insertRow(manager, LabelBatch, { ...this.place, id, artifactDigest, rows: lines.length, jobId }),
    );
  }

  async queuedEvaluation(): Promise<string | undefined> {
    const [job] = await this.#dataSource.query<{ id: string }[]>(`SELECT id FROM job WHERE name = 'evaluate-monitor' AND status = 'QUEUED'`);
    return job?.id;
  }

  /** Does a job as a worker does. */
  async run(name: JobName, jobId: string): Promise<void> {
    const leased = await this.#ledger.lease(jobId, 'simulation', 60);
    if (leased === undefined) throw new Error(`The job ${jobId} cannot be leased.`);
    const { workspaceId, lease, payload } = leased;
    const context = {
      ...attemptOf(this.#dataSource, lease),
      retriedAfter: leased.retriedAfter,
      tries: leased.tries,
      settling: leased.settling,
      workspaceId,
      payload,
      signal: new AbortController().signal,
      log: SILENT,
      progress: ignore,
    };
    await this.#ledger.succeed(lease, await this.#handlers[name]?.(context));
  }

  /** What the retention sweep does for the tables of an endpoint: all that is asked for was taken in. */
  maintain(): Promise<object> {
    return this.#tables.maintain(this.place, (_kind, ids) => Promise.resolve(ids));
  }

  async #record(
    name: 'ingest-segment' | 'ingest-labels',
    content: Buffer,
    insert: (manager: DataSource['manager'], id: string, digest: string, jobId: string) => Promise<object>,
  ): Promise<string> {
    const { digest } = await this.#storage.put(content);
    const { workspaceId } = this.#row;
    return this.#dataSource.transaction(async (manager) => {
      const segment = newId('predictionSegment');
      const batch = newId('labelBatch');
      const job: Job =
        name === 'ingest-segment'
          ? await enqueueJob(manager, { workspaceId, name, payload: { predictionSegmentId: segment } })
          : await enqueueJob(manager, { workspaceId, name, payload: { labelBatchId: batch } });
      await insert(manager, name === 'ingest-segment' ? segment : batch, digest, job.id);
      return job.id;
    });
  }

  #encode(predictions: readonly SimulatedPrediction[]): Buffer {
    const encoder = new SegmentEncoder();
    const head = Buffer.from(encoder.head({ endpointId: this.#row.endpointId, endpoint: 'busy', windowSeconds: this.#windowSeconds }));
    const { bytes } = encoder.rows([
      {
        modelVersionId: this.#row.versionId,
        rows: predictions.length,
        ids: predictions.map(({ id }) => id),
        spans: new Int32Array(predictions.length),
        times: Float64Array.from(predictions, ({ at }) => at),
        scores: Float64Array.from(predictions, ({ score }) => score),
        features: [{ name: 'distance', datatype: 'FP64', width: 1, values: Float64Array.from(predictions, ({ distance }) => distance) }],
      },
    ]);
    return Buffer.concat([head, bytes]);
  }

  #summariesOf(predictions: readonly SimulatedPrediction[]): PredictionSegment['summaries'] {
    const builders = new Map<number, SummaryBuilder>();
    const length = this.#windowSeconds * 1000;
    for (const { at, distance, score } of predictions) {
      const start = Math.floor(at / length) * length;
      const builder = builders.get(start) ?? new SummaryBuilder(sampleReferenceProfile, new Date(start).toISOString());
      builders.set(start, builder);
      builder.addRow({ distance }, score);
    }
    return [...builders.values()].map((builder) => ({ modelVersionId: this.#row.versionId, ...builder.build() }));
  }
}

function partOf(path: string): Promise<object> {
  return import(new URL(`../../../../apps/monitor-worker/dist/${path}`, import.meta.url).href) as Promise<object>;
}
