import type { ReferenceProfile, Signature, WindowSummary } from '@millrace/contracts';

/* What a node does with rows between its socket and its log, taken from its source: nodes export nothing. */
const SOURCE = new URL('../../../../apps/inference-worker/src/', import.meta.url);

async function load(path: string): Promise<Record<string, (...all: unknown[]) => unknown>> {
  return (await import(/* @vite-ignore */ new URL(path, SOURCE).href)) as Record<string, (...all: unknown[]) => unknown>;
}

type Row = Readonly<Record<string, unknown>>;

interface InferInput {
  readonly name: string;
  readonly missing?: readonly number[];
}

interface ServedRequest {
  readonly signature: Signature;
  readonly referenceProfile: ReferenceProfile;
  /** One per row, as the model gave them. */
  readonly scores: Float32Array;
  readonly inputs: readonly unknown[];
}

const WINDOW_SECONDS = 3600;

/** The modules of a node. */
export class ServedRows {
  readonly #modules: readonly Record<string, (...all: unknown[]) => unknown>[];

  private constructor(modules: readonly Record<string, (...all: unknown[]) => unknown>[]) {
    this.#modules = modules;
  }

  static async load(): Promise<ServedRows> {
    return new ServedRows(
      await Promise.all(
        [
          'protocol/named-columns.ts',
          'protocol/infer-plan.ts',
          'serving/check-inputs.ts',
          'serving/event-inputs.ts',
          'event-log/row-chunk.ts',
          'event-log/logged-rows.ts',
          'event-log/segment-contents.ts',
        ].map(load),
      ),
    );
  }

  #find(name: string): (...all: unknown[]) => unknown {
    const found = this.#modules.find((module) => name in module)?.[name];
    if (found === undefined) throw new Error(`a node has no ${name}`);
    return found;
  }

  /** Rows as objects by column. */
  ofRows({ inputs, features }: Signature, rows: readonly Row[]): readonly unknown[] {
    return this.#find('inputsFromRows')({ inputs, features }, rows) as unknown[];
  }

  /** An infer request in JSON. */
  ofTensors(tensors: readonly unknown[]): readonly unknown[] {
    const plan = this.#find('planInfer')({ inputs: tensors });
    return (this.#find('decodePlan')(plan, undefined) as { inputs: unknown[] }).inputs;
  }

  /** The event ids of the rows, and the summary that the log makes of them. */
  summarise({ signature, referenceProfile, scores, inputs }: ServedRequest): {
    readonly eventIds: readonly string[] | undefined;
    readonly summary: WindowSummary;
  } {
    const version = { modelVersionId: 'mv_1', signature, scoreOutput: 'probability', referenceProfile };
    const { model, ids } = this.#find('separateEventInputs')(inputs) as { model: unknown[]; ids: InferInput | undefined };
    const { tensors, rows } = this.#find('checkInputs')({ assigned: version, batchable: true }, model) as { tensors: object; rows: number };
    const eventIds = this.#find('eventIdsOf')(ids, 'request', rows) as readonly string[] | undefined;
    const batch = {
      endpoint: { endpointId: 'ep_1', name: 'flights', monitor: { windowSeconds: WINDOW_SECONDS } },
      version,
      rows,
      requestId: 'request',
      eventIds,
      eventTimes: 0,
      inputs: tensors,
      outputs: { probability: { datatype: 'FP32', shape: [rows], data: scores } },
    };
    const Chunk = this.#find('RowChunk') as unknown as new (first: object, capacity: number) => { add(batch: object): boolean; message(): object };
    const chunk = new Chunk(batch, rows);
    if (!chunk.add(batch)) throw new Error('the rows do not fit into a chunk');
    const Contents = this.#find('SegmentContents') as unknown as new (head: object) => {
      add(rows: unknown, profile: ReferenceProfile): void;
      manifest(sequence: number): { summaries: WindowSummary[] } | undefined;
    };
    const contents = new Contents({ endpointId: 'ep_1', endpoint: 'flights', windowSeconds: WINDOW_SECONDS });
    contents.add(this.#find('openChunk')(chunk.message(), referenceProfile), referenceProfile);
    const summary = contents.manifest(1)?.summaries[0];
    if (summary === undefined) throw new Error('the rows are in no summary');
    return { eventIds, summary };
  }
}
