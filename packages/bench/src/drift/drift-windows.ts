import { monitorDefinitionSchema } from '@millrace/contracts';
import { seededRandom } from '@millrace/learning';
import { profileDrift } from '@millrace/statistics';

import { simulatedProfile, simulatedWindow, simulateRows } from './simulated-columns.ts';

/** What is simulated: `windows` windows of `rows` rows, beside ten references of `referenceRows` rows, one after the other. */
export interface DriftSimulation {
  readonly referenceRows: number;
  readonly rows: number;
  readonly windows: number;
  /** The columns (or `score`) that are moved, and by how many standard deviations. */
  readonly shifted?: readonly string[];
  readonly shift?: number;
  readonly seed?: number;
}

export interface DriftVerdicts {
  readonly windows: number;
  /** Windows in which any feature or the score was said to have drifted: what the default conditions alert on. */
  readonly drifted: number;
  /** By column. */
  readonly driftedColumns: ReadonlyMap<string, number>;
}

const REFERENCES = 10;
/** Those of a monitor. */
const CRITERION = monitorDefinitionSchema.parse({});

/** Judges windows as a monitor does by default. The same simulation gives the same verdicts everywhere. */
export function simulateDrift({ referenceRows, rows, windows, shifted = [], shift = 0, seed = 1 }: DriftSimulation): DriftVerdicts {
  const random = seededRandom(seed);
  const driftedColumns = new Map<string, number>();
  let drifted = 0;
  const ofOne = Math.ceil(windows / REFERENCES);
  for (let reference = 0; reference < REFERENCES; reference++) {
    const profile = simulatedProfile(simulateRows(random, referenceRows));
    for (let window = 0; window < ofOne; window++) {
      const drift = profileDrift(profile, simulatedWindow(profile, simulateRows(random, rows, shift, shifted)), CRITERION);
      const found = [...drift.features, drift.score].filter((feature) => feature.drifted);
      if (found.length > 0) drifted++;
      for (const { feature } of found) driftedColumns.set(feature, (driftedColumns.get(feature) ?? 0) + 1);
    }
  }
  return { windows: ofOne * REFERENCES, drifted, driftedColumns };
}
