import { describe, expect, it } from 'vitest';
import { simulateDrift } from './drift-windows.ts';

/* A small part of `npm run bench -- drift`, which has the figures: the same seeds give the same windows everywhere. */
describe('a monitor with its defaults', () => {
  it.each([
    [5000, 50],
    [5000, 200],
    [1000, 1000],
  ])('of a reference of %d rows lets windows of %d rows of the same distribution be', (referenceRows, rows) => {
    const { drifted, windows } = simulateDrift({ referenceRows, rows, windows: 300 });
    expect(drifted / windows).toBeLessThanOrEqual(0.01);
  });

  it.each(['normal', 'log-normal', 'one in ten missing', 'score'])('finds "%s" moved by a fifth of its standard deviation', (column) => {
    const { driftedColumns, windows } = simulateDrift({ referenceRows: 20_000, rows: 1000, windows: 60, shifted: [column], shift: 0.2 });
    expect((driftedColumns.get(column) ?? 0) / windows).toBeGreaterThanOrEqual(0.95);
  });
});
