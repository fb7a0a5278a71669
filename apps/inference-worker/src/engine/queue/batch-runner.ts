import type { RunTimes } from '../session/session-messages.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** The outputs of one run and its times. `input` and `output` hold what was spent on either side of the thread. */
export interface BatchResult {
  readonly outputs: NamedTensors;
  readonly times: RunTimes;
}

/** One session, which runs one batch at a time. */
export interface BatchRunner {
  /** Whether it takes a batch now. */
  readonly isFree: boolean;
  /** Joins the inputs and runs them once. Rejects with `UNAVAILABLE` when the session ended meanwhile, else with the error of the model. */
  run(requests: readonly NamedTensors[], rows: number): Promise<BatchResult>;
}
