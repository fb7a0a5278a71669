import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { trialInputs, type TrialStyle } from './trial-inputs.ts';
import type { RunTimes } from '../session/session-messages.ts';

/** What a trial needs of a session. */
export interface TrialSession {
  runTensors(inputs: NamedTensors): Promise<{ readonly outputs: NamedTensors; readonly times: RunTimes }>;
}

type Described = Pick<AssignedVersion, 'signature' | 'referenceProfile'>;

/** Made-up inputs that a model takes. */
export class Trial {
  readonly #version: Described;
  readonly #style: TrialStyle;
  /** What it gave for one row. */
  readonly outputs: NamedTensors;

  constructor(version: Described, style: TrialStyle, outputs: NamedTensors) {
    this.#version = version;
    this.#style = style;
    this.outputs = outputs;
  }

  /** Whether its rows differ from each other. */
  get isTelling(): boolean {
    return this.#style.values !== 'empty';
  }

  /** Inputs of the rows of these numbers. */
  inputs(rows: readonly number[]): NamedTensors {
    return trialInputs(this.#version, this.#style, rows);
  }

  /** Inputs of one row, with open dimensions of this size. */
  widened(open: number): NamedTensors {
    return trialInputs(this.#version, { ...this.#style, open }, [0]);
  }

  /** Whether inputs have open dimensions other than that of the rows. */
  get hasOpenWidth(): boolean {
    return this.#version.signature.inputs.some(({ shape }) => shape.slice(1).includes(-1));
  }

  /** Inputs of so many rows. */
  inputsOf(count: number): NamedTensors {
    return this.inputs(Array.from({ length: count }, (_, row) => row));
  }
}

/** From the most telling to the least: what encoders know and what convolutions need is found in one of them, if made-up inputs do at all. */
const STYLES: readonly TrialStyle[] = [
  { values: 'wide', open: 3 },
  { values: 'small', open: 3 },
  { values: 'wide', open: 1 },
  { values: 'small', open: 1 },
  { values: 'empty', open: 1 },
  { values: 'small', open: 32 },
];

/**
 * Finds made-up inputs of one row that the model takes, by running it; where it takes none of them, why it did not take the last.
 * Rejects when the session ended.
 */
export async function findTrial(version: Described, session: TrialSession): Promise<Trial | MillraceError> {
  let failure = new MillraceError('MODEL_INVALID', 'the model was not tried');
  for (const style of STYLES) {
    try {
      const { outputs } = await session.runTensors(trialInputs(version, style, [0]));
      return new Trial(version, style, outputs);
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'MODEL_INVALID') throw error;
      failure = error;
    }
  }
  return failure;
}
