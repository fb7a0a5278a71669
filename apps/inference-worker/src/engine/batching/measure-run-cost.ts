import { MillraceError } from '@millrace/contracts';
import type { LiveSession } from '../session/live-session.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { RunCost, valuesOf, type MeasuredRun } from '../memory/run-cost.ts';
import type { Trial } from './trial.ts';

/** What does not show with so many values takes no more than some times the largest body. */
const VALUES = 2 ** 16;
/** No larger run is begun after one that took so much time or memory. */
const MILLISECONDS = 300;
const BYTES = 16 * 2 ** 20;
const FACTOR = 4;
const NARROWEST = 16;

/** What runs of a model take. */
export interface MeasuredCost {
  readonly cost: RunCost;
  /** A run of as many rows as are joined, with inputs of the usual width. */
  readonly usualBytes: number;
}

/** Measures what runs take in memory, with inputs of the size that real requests have: many rows, and rows as wide as they may be. */
export async function measureRunCost(trial: Trial, session: Pick<LiveSession, 'measure'>, rows: number): Promise<MeasuredCost> {
  const from = Math.max(1, Math.min(rows, Math.floor(VALUES / Math.max(1, valuesOf(trial.inputsOf(1))))));
  const byRows = await measureGrowing(session, from, (size) => [size, trial.inputsOf(size)]);
  const byWidth = trial.hasOpenWidth ? await measureGrowing(session, NARROWEST, (size) => [1, trial.widened(size)]) : [];
  return { cost: new RunCost(byRows, byWidth), usualBytes: ((byRows[0]?.bytes ?? 0) * rows) / from };
}

/** Sizes that grow by `FACTOR`, until they are as large as requests are, take much time or memory, or the model does not take them. */
async function measureGrowing(
  session: Pick<LiveSession, 'measure'>,
  from: number,
  inputsOf: (size: number) => readonly [rows: number, inputs: NamedTensors],
): Promise<readonly MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  let before = 0;
  for (let size = from; ; size *= FACTOR) {
    const [rows, inputs] = inputsOf(size);
    const values = valuesOf(inputs);
    // Inputs of a fixed size do not grow; those that are large enough need not.
    if (values <= before || (runs.length > 0 && values > VALUES)) break;
    before = values;
    const begin = performance.now();
    try {
      // Others may have taken memory meanwhile, hardly twice.
      const bytes = Math.min(await session.measure(inputs), await session.measure(inputs));
      runs.push({ rows, valuesPerRow: values / rows, bytes });
      if (bytes >= BYTES || performance.now() - begin > MILLISECONDS) break;
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'MODEL_INVALID') break;
      throw error;
    }
  }
  return runs;
}
