import type { AssignedVersion } from '@millrace/contracts';
import type { EndpointRoute } from '../serving/route-table.ts';
import type { NamedTensors } from '../engine/tensor/tensor.ts';

/** The predictions of one answered request. Event times are milliseconds since the epoch. */
export interface PredictionBatch {
  readonly endpoint: EndpointRoute;
  readonly version: AssignedVersion;
  readonly rows: number;
  readonly requestId: string;
  /** One for each row; nothing: `<request id>/<row>`. */
  readonly eventIds: readonly string[] | undefined;
  /** One for each row, or one for all. */
  readonly eventTimes: readonly number[] | number;
  readonly inputs: NamedTensors;
  readonly outputs: NamedTensors;
}

/** Takes predictions beside the response. `append` returns at once, keeps no tensor of the batch and never throws. */
export interface PredictionSink {
  append(batch: PredictionBatch): void;
  /** Resolves when the predictions are on the disk. Rejects with `UNAVAILABLE` when they cannot be brought there in time; they may still come there later. */
  appendDurably(batch: PredictionBatch): Promise<void>;
}
