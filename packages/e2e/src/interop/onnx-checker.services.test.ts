import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRAINERS, trainingSpecSchema } from '@millrace/contracts';
import { runTraining, type Table } from '@millrace/learning';
import { temporaryFolder } from '@millrace/testing';
import { expect, test } from 'vitest';
import { python } from './python.ts';

const ROWS = 600;
const AIRPORTS = ['SFO', 'JFK', 'ORD'];

function table(): Table {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return {
    rows: ROWS,
    columns: {
      origin: { type: 'category', dictionary: AIRPORTS, codes: Int32Array.from(rows, (row) => (row % 4) - 1) },
      distance: { type: 'number', values: Float64Array.from(rows, (row) => (row % 17 === 0 ? Number.NaN : (row * 7919) % 3000)) },
    },
    label: Uint8Array.from(rows, (row) => ((row * 7919) % 3000 > 1500 ? 1 : 0)),
    time: Float64Array.from(rows, (row) => Date.UTC(2001, 0, 1) + row * 3_600_000),
  };
}

test.each(TRAINERS)('the reference checker accepts the graph of %s', async (trainer) => {
  const folder = await temporaryFolder();
  const spec = trainingSpecSchema.parse({
    trainer,
    features: ['origin', 'distance'],
    label: 'late',
    split: { kind: 'time', timeColumn: 'at', validationStart: '2001-01-20T00:00:00Z' },
  });
  const columns = [
    { name: 'origin', type: 'string', nullable: true },
    { name: 'distance', type: 'double', nullable: true },
  ] as const;
  const file = join(folder.path, 'model.onnx');
  await writeFile(file, runTraining({ spec, table: table(), columns }).onnx);
  expect(await python('check_onnx.py', file)).toEqual({ inputs: ['origin', 'distance'], outputs: ['probability'] });
  await folder.remove();
});
