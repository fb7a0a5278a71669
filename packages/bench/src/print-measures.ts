import type { JudgedMeasure } from './measure.ts';

const HEADINGS = ['what', 'value', 'unit', 'bar', 'holds', 'peer or limit in the same run'] as const;

/** The measures as a table of plain text. */
export function tableOf(measures: readonly JudgedMeasure[]): string {
  const rows = [HEADINGS, ...measures.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One measure as a line, for who watches. */
export function lineOf(measure: JudgedMeasure): string {
  const [what, value, unit, bar, holds, peer] = cells(measure);
  return `${holds === 'yes' ? '✓' : '✗'} ${what}: ${value} ${unit}, bar ${bar}${peer === '' ? '' : `; ${peer}`}`;
}

function cells({ what, value, unit, bar, holds, peer }: JudgedMeasure): readonly string[] {
  const limit = 'atLeast' in bar ? `≥ ${rounded(bar.atLeast)}` : `≤ ${rounded(bar.atMost)}`;
  return [what, rounded(value), unit, limit, holds ? 'yes' : 'NO', peer === undefined ? '' : `${peer.what}: ${rounded(peer.value)} ${peer.unit}`];
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3 });
}
