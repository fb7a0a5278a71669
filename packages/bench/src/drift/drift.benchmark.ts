import { benchmarkOf, type BenchmarkPart } from '../benchmark.ts';
import { simulateDrift } from './drift-windows.ts';

/** `--minutes` 2, the default, judges so many windows of up to 1,000 rows each. */
const WINDOWS_PER_MINUTE = 1000;
const REFERENCES = [1000, 10_000, 100_000];
const WINDOWS = [50, 100, 200, 500, 1000, 5000, 10_000];
const LARGE = 1000;

const windowsOf = (minutes: number, rows: number): number => Math.max(200, Math.round((minutes * WINDOWS_PER_MINUTE) / Math.max(1, rows / LARGE)));
const named = (value: number): string => value.toLocaleString('en-US');

/** Windows of the same distribution as the reference: how many are said to have drifted. */
const falseAlarmsPart: BenchmarkPart = {
  name: 'false-alarms',
  measure: async function* ({ minutes }) {
    for (const referenceRows of REFERENCES)
      for (const rows of WINDOWS) {
        const { drifted, windows } = simulateDrift({ referenceRows, rows, windows: windowsOf(minutes, rows) });
        yield {
          what: `windows of ${named(rows)} rows said to have drifted though nothing changed, reference of ${named(referenceRows)} (${named(windows)} windows)`,
          value: (100 * drifted) / windows,
          unit: '%',
          bar: { atMost: 1 },
        };
      }
  },
};

const SHIFTS: readonly { readonly rows: number; readonly shift: number; readonly columns: readonly string[] }[] = [
  { rows: 1000, shift: 0.2, columns: ['normal', 'log-normal', 'uniform', 'whole numbers', 'one in ten missing', 'score'] },
  { rows: 10_000, shift: 0.1, columns: ['normal', 'log-normal', 'uniform', 'whole numbers', 'one in ten missing', 'score'] },
];

/** One column of thirteen, or the score, moved alone: how often it is found. */
const powerPart: BenchmarkPart = {
  name: 'power',
  measure: async function* ({ minutes }) {
    for (const { rows, shift, columns } of SHIFTS)
      for (const column of columns) {
        const { driftedColumns, windows } = simulateDrift({
          referenceRows: 100_000,
          rows,
          windows: Math.max(100, windowsOf(minutes, rows) / 4),
          shifted: [column],
          shift,
        });
        yield {
          what: `windows of ${named(rows)} rows in which "${column}" alone, moved by ${shift} sd, is found (${named(windows)} windows)`,
          value: (100 * (driftedColumns.get(column) ?? 0)) / windows,
          unit: '%',
          bar: { atLeast: 95 },
        };
      }
  },
};

/** Whether drift is found where it is, and only there. */
export const driftBenchmark = benchmarkOf([falseAlarmsPart, powerPart]);
