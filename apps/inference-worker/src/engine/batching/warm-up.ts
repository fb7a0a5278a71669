import { MillraceError, type AssignedVersion, type TensorSpec } from '@millrace/contracts';
import type { RowVerdict } from '@millrace/onnx-graph';
import type { BatchLimits } from '../queue/batch-queue.ts';
import type { ExecutionProvider } from '@millrace/contracts';
import type { BatchSizeMemory } from './batch-size-memory.ts';
import { batchSizes, sweepBatchRows } from './batch-sweep.ts';
import { correctOutputs } from './correct-outputs.ts';
import { joiningRefusal } from './joining-refusal.ts';
import { checkRowsApart } from './rows-apart.ts';
import { Trial, type TrialSession } from './trial.ts';

/** How requests for one version are joined. */
export interface Batching {
  readonly maximumBatchRows: number;
  /** Undefined: requests are joined. */
  readonly unbatchedReason: string | undefined;
  /** The outputs as the runtime gives them. */
  readonly outputs: readonly TensorSpec[];
}

/** A session, and made-up inputs that it ran, or why it ran none. */
export interface TriedSession {
  readonly session: TrialSession;
  readonly trial: Trial | MillraceError;
  readonly options: { readonly provider: ExecutionProvider };
}

/** What batching depends on, beside the version. */
export interface BatchingOptions {
  readonly verdict: RowVerdict;
  readonly limits: BatchLimits;
  readonly memory: BatchSizeMemory | undefined;
  readonly warmUpMilliseconds?: number | undefined;
}

/** Neither the sweep nor the warming up of the sizes in use begins another run after this long. */
const SWEEP_MILLISECONDS = 200;
const WARM_UP_MILLISECONDS = 500;
/** Of a model that is proven and could not be tried. */
const UNTRIED_BATCH_ROWS = 32;

/**
 * Finds out whether and how far requests can be joined. They are joined where the graph is proven to keep rows apart, or its owner says
 * so, and rows give the same alone and in company; how far is what the model says, what was found before, or found by a sweep. Every size
 * in use has run once when it resolves.
 */
export async function findBatching(assigned: AssignedVersion, { session, trial, options }: TriedSession, batching: BatchingOptions): Promise<Batching> {
  const declared = assigned.signature.outputs;
  const seen = trial instanceof Trial ? [trial.outputs] : [];
  const unbatched = (unbatchedReason: string, runs = seen): Batching => ({ maximumBatchRows: 1, unbatchedReason, outputs: correctOutputs(declared, runs) });
  const refusal = joiningRefusal(assigned.signature, assigned.serving, batching.verdict);
  if (refusal !== undefined) return unbatched(refusal);
  const { limits, memory, warmUpMilliseconds } = batching;
  const configured = assigned.serving.maximumBatchRows;
  if (!(trial instanceof Trial)) {
    if (!batching.verdict.proven) return unbatched(`no made-up inputs were found that show whether rows can be joined: ${trial.message}`);
    return { maximumBatchRows: configured ?? Math.min(limits.maximumBatchRows, UNTRIED_BATCH_ROWS), unbatchedReason: undefined, outputs: declared };
  }
  if (!trial.isTelling && !batching.verdict.proven)
    return unbatched('the model takes no made-up inputs but empty ones, which do not show whether rows can be joined');
  const { reason, outputs } = await checkRowsApart(trial, session);
  const runs = outputs === undefined ? seen : [...seen, outputs];
  if (reason !== undefined) return unbatched(reason, runs);
  const joined = (maximumBatchRows: number): Batching => ({ maximumBatchRows, unbatchedReason: undefined, outputs: correctOutputs(declared, runs) });
  const key = { artifactDigest: assigned.artifactDigest, provider: options.provider, maximumRows: limits.maximumBatchRows };
  const known = configured ?? memory?.find(key);
  if (known !== undefined) {
    await warmUp(trial, session, known, warmUpMilliseconds);
    return joined(known);
  }
  const bounds = { maximumRows: limits.maximumBatchRows, maximumMilliseconds: SWEEP_MILLISECONDS };
  const found = await sweepBatchRows((rows) => timeRows(trial, session, rows), bounds);
  memory?.keep(key, found);
  return joined(found);
}

/** Runs every batch size in use once: 1, 2, 4, … up to the maximum. A model that could not be tried is not warmed up. */
export async function warmUp(trial: Trial | MillraceError, session: TrialSession, maximumRows: number, milliseconds = WARM_UP_MILLISECONDS): Promise<void> {
  if (!(trial instanceof Trial)) return;
  const end = performance.now() + milliseconds;
  for (const rows of batchSizes(maximumRows)) {
    if (performance.now() > end) return;
    if ((await timeRows(trial, session, rows)) === Infinity) return;
  }
}

/** The milliseconds of one run; Infinity for a size that the model cannot run, for example because it would need too much memory. */
async function timeRows(trial: Trial, session: TrialSession, rows: number): Promise<number> {
  try {
    const { times } = await session.runTensors(trial.inputsOf(rows));
    return times.input + times.infer + times.output;
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'MODEL_INVALID') return Infinity;
    throw error;
  }
}
