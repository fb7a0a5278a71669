import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTrustedDatabase } from '../../engine/trusted-database.ts';
import { checkMadeUp, readBothWays } from './both-ways.fixture.ts';
import { CSV_STRUCTURE_CASES } from './csv-structure-cases.fixture.ts';
import { CSV_VALUE_CASES, LATE_CASES } from './csv-value-cases.fixture.ts';
import { DECLARED_CASES } from './declared-cases.fixture.ts';
import { ENCODING_CASES } from './encoding-cases.fixture.ts';
import { NDJSON_CASES } from './ndjson-cases.fixture.ts';
import { randomCsv, randomNdjson } from './random-texts.fixture.ts';
import { writeCase } from './reading-case.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-both-ways-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a plain file is read by DuckDB to the same end', () => {
  it('in every case of the corpus', async () => {
    const cases = [...CSV_STRUCTURE_CASES, ...CSV_VALUE_CASES, ...DECLARED_CASES, ...ENCODING_CASES, ...NDJSON_CASES, ...LATE_CASES];
    let plainFiles = 0;
    await withTrustedDatabase({ threads: 1 }, async (connection) => {
      for (const [index, one] of cases.entries()) {
        const both = await readBothWays(connection, await writeCase(join(folder, String(index)), one), one);
        expect(both.plainly, one.name).toEqual(both.slowly);
        plainFiles += both.plainFiles;
      }
    });
    expect(plainFiles).toBeGreaterThan(cases.length / 4);
  }, 120_000);

  it.each([
    ['separated values', randomCsv, 200],
    ['JSON', randomNdjson, 150],
  ] as const)('in %s that are made up', (_, make, count) => checkMadeUp(folder, make, 1, count), 120_000);
});
