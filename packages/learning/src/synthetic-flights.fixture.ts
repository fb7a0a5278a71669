import type { Column } from '@millrace/contracts';
import { featuresOf } from './features.ts';
import { seededRandom } from './random.ts';
import { sigmoid } from './sigmoid.ts';
import { splitByTime } from './split.ts';
import type { Table } from './table/table.ts';
import type { TrainerInput } from './trainer.ts';

/** The features of the synthetic flights, one of each datatype that a graph can take. */
export const FLIGHT_COLUMNS: readonly Column[] = [
  { name: 'hour', type: 'integer', nullable: true },
  { name: 'distance', type: 'double', nullable: true },
  { name: 'weekend', type: 'boolean', nullable: true },
  { name: 'origin', type: 'string', nullable: true },
  { name: 'carrier', type: 'string', nullable: true },
];

export const DAY = 86_400_000;
export const FIRST_DAY = Date.UTC(2001, 0, 1);

/** Flights over 100 days with a known, partly non-linear cause of delay, missing numbers and missing categories. */
export function syntheticFlights(rows: number, seed = 7): Table {
  const random = seededRandom(seed);
  const origins = Array.from({ length: 60 }, (_, i) => `AP${i}`);
  const effects = origins.map(() => random() * 2 - 1);
  const hour = new Float64Array(rows);
  const distance = new Float64Array(rows);
  const weekend = new Float64Array(rows);
  const origin = new Int32Array(rows);
  const carrier = new Int32Array(rows);
  const label = new Uint8Array(rows);
  const time = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    hour[i] = Math.floor(random() * 24);
    distance[i] = random() < 0.05 ? NaN : Math.exp(random() * 4 + 4);
    weekend[i] = random() < 0.3 ? 1 : 0;
    origin[i] = Math.floor(random() ** 2 * 60);
    carrier[i] = random() < 0.1 ? -1 : Math.floor(random() * 5);
    time[i] = FIRST_DAY + (i / rows) * 100 * DAY;
    const rush = (hour[i] ?? 0) > 15 && (hour[i] ?? 0) < 21 ? 1.5 : 0;
    const logit = -1.5 + rush + (effects[origin[i] ?? 0] ?? 0) + (Number.isNaN(distance[i]) ? 1 : 0) - 0.5 * (weekend[i] ?? 0);
    label[i] = random() < sigmoid(logit) ? 1 : 0;
  }
  return {
    rows,
    label,
    time,
    columns: {
      hour: { type: 'number', values: hour },
      distance: { type: 'number', values: distance },
      weekend: { type: 'number', values: weekend },
      origin: { type: 'category', codes: origin, dictionary: origins },
      carrier: { type: 'category', codes: carrier, dictionary: ['AA', 'BB', 'CC', 'DD', 'Łódź ✈'] },
    },
  };
}

/** The synthetic flights, split after three quarters of their days. */
export function syntheticInput(rows: number, seed = 7): TrainerInput {
  const table = syntheticFlights(rows, seed);
  const split = splitByTime(table, { kind: 'time', timeColumn: 'date', validationStart: new Date(FIRST_DAY + 75 * DAY).toISOString() });
  return { ...split, features: featuresOf(table, FLIGHT_COLUMNS) };
}
