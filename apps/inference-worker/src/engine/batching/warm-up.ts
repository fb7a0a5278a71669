import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import type { BatchLimits } from '../queue/batch-queue.ts';
import type { BatchSizeMemory } from './batch-size-memory.ts';
import { batchSizes, sweepBatchRows } from './batch-sweep.ts';
import type { OpenedSession } from '../session/open-session.ts';
import type { LiveSession } from '../session/live-session.ts';
import { requireDeclaredShapes, splitOutputs } from '../queue/split-outputs.ts';
import { syntheticInputs } from './synthetic-inputs.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** How requests for one version are joined. */
export interface Batching {
  readonly maximumBatchRows: number;
  /** Undefined: requests are joined. */
  readonly unbatchedReason: string | undefined;
}

/** Neither the sweep nor the warming up of the sizes in use begins another run after this long. */
const SWEEP_MILLISECONDS = 200;
const WARM_UP_MILLISECONDS = 500;

/**
 * Finds out whether and how far requests can be joined: as the model says, as was found before, or by a sweep. Every size in use
 * has run once when it resolves.
 */
export async function findBatching(
  assigned: AssignedVersion,
  opened: OpenedSession,
  limits: BatchLimits,
  memory: BatchSizeMemory | undefined,
  warmUpMilliseconds = WARM_UP_MILLISECONDS,
): Promise<Batching> {
  const { session, options } = opened;
  const fixed = fixedDimension(assigned);
  if (fixed !== undefined) return { maximumBatchRows: 1, unbatchedReason: fixed };
  try {
    const { outputs } = await runRows(assigned, session, 2);
    splitOutputs(outputs, [1, 1], 2);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'MODEL_INVALID') throw error;
    return { maximumBatchRows: 1, unbatchedReason: `two rows cannot be joined: ${error.message}` };
  }
  const configured = assigned.serving.maximumBatchRows;
  const key = { artifactDigest: assigned.artifactDigest, provider: options.provider, maximumRows: limits.maximumBatchRows };
  const known = configured ?? memory?.find(key);
  if (known !== undefined) {
    await warmUp(assigned, session, known, warmUpMilliseconds);
    return { maximumBatchRows: known, unbatchedReason: undefined };
  }
  const bounds = { maximumRows: limits.maximumBatchRows, maximumMilliseconds: SWEEP_MILLISECONDS };
  const found = await sweepBatchRows((rows) => timeRows(assigned, session, rows), bounds);
  memory?.keep(key, found);
  return { maximumBatchRows: found, unbatchedReason: undefined };
}

/** Runs every batch size in use once: 1, 2, 4, … up to the maximum. */
export async function warmUp(assigned: AssignedVersion, session: LiveSession, maximumRows: number, milliseconds = WARM_UP_MILLISECONDS): Promise<void> {
  const end = performance.now() + milliseconds;
  for (const rows of batchSizes(maximumRows)) {
    if (performance.now() > end) return;
    if ((await timeRows(assigned, session, rows)) === Infinity) return;
  }
}

/** The milliseconds of one run; Infinity for a size that the model cannot run, for example because it would need too much memory. */
async function timeRows(assigned: AssignedVersion, session: LiveSession, rows: number): Promise<number> {
  try {
    return (await runRows(assigned, session, rows)).milliseconds;
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'MODEL_INVALID') return Infinity;
    throw error;
  }
}

async function runRows(
  assigned: AssignedVersion,
  session: LiveSession,
  rows: number,
): Promise<{ readonly outputs: NamedTensors; readonly milliseconds: number }> {
  const { outputs, times } = await session.runTensors(syntheticInputs(assigned, rows));
  requireDeclaredShapes(assigned.signature.outputs, outputs);
  return { outputs, milliseconds: times.input + times.infer + times.output };
}

function fixedDimension({ signature }: AssignedVersion): string | undefined {
  for (const [side, tensors] of Object.entries({ input: signature.inputs, output: signature.outputs })) {
    const tensor = tensors.find(({ shape }) => shape[0] !== -1);
    if (tensor !== undefined) return `${side} "${tensor.name}" has no open first dimension: [${tensor.shape.join(',')}]`;
  }
  return undefined;
}
