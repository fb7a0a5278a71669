import { z } from 'zod';

const count = z.int().min(0);

/**
 * How the prediction log of a node does. It stands in heartbeats, in the node's readiness answer and, as metrics, in `/metrics`.
 *
 * @example
 * ```ts
 * import { predictionLogStatusSchema, type PredictionLogStatus } from '@millrace/contracts';
 *
 * const isInTrouble = ({ fault, setAsideSegments }: PredictionLogStatus): boolean => fault !== null || setAsideSegments > 0;
 * const healthy = { droppedRows: 0, lostRows: 0, waitingRows: 12, unsentSegments: 1, setAsideSegments: 0, freeBytes: 5e9, fault: null };
 * isInTrouble(predictionLogStatusSchema.parse(healthy)); // false
 * ```
 */
export const predictionLogStatusSchema = z.object({
  /** Rows that were answered and are not logged, since the process started: the disk did not keep up, was full, or the log thread died. */
  droppedRows: count,
  /** Rows that processes before this one answered and never made durable, since the folder of the log was made: never fewer than the real ones. */
  lostRows: count,
  /** Rows that were answered and are not durable yet. */
  waitingRows: count,
  /** Closed segments that the control plane has not taken yet. */
  unsentSegments: count,
  /** Segments that cannot be handed over, which lie in the folder `set-aside`. */
  setAsideSegments: count,
  /** Room on the disk of the log; null where it is not known. */
  freeBytes: count.nullable(),
  /** Why rows cannot be written at the moment, or will soon not be; null: nothing is wrong. */
  fault: z.string().nullable(),
});
export type PredictionLogStatus = z.infer<typeof predictionLogStatusSchema>;
