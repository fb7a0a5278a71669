import { onnxModelBytes } from '@millrace/onnx-graph';
import { DATATYPE_OF_ONNX_TYPE } from '@millrace/contracts';
import { expect, test, vi } from 'vitest';
import { tryRandomGraphs } from '../fixtures/random-graphs/random-graph-trials.fixture.ts';
import { tryInCompany } from '../fixtures/random-graphs/rows-in-company.fixture.ts';
import { randomOf } from '../fixtures/random-infer-body.fixture.ts';
import { ROWS_APART } from '../fixtures/rows-apart.fixture.ts';
import { ROWS_MIXED } from '../fixtures/rows-mixed.fixture.ts';
import { openOnnxSession } from './session/onnx-runtime.ts';

const SEED = Number(process.env['ROW_FUZZ_SEED'] ?? 1);
const FROM = Number(process.env['ROW_FUZZ_FROM'] ?? 0);
const GRAPHS = Number(process.env['ROW_FUZZ_GRAPHS'] ?? 1000);
/** From so many on, graphs are of all kinds. */
const ENOUGH = 500;

vi.setConfig({ testTimeout: 600_000 + GRAPHS * 1000 });

test(`whatever is proven to keep rows apart does: graphs ${FROM} to ${FROM + GRAPHS} of seed ${SEED}`, async () => {
  const { faults, operators, ...counts } = await tryRandomGraphs({ seed: SEED, from: FROM, count: GRAPHS });
  process.stdout.write(`seed ${SEED}: ${JSON.stringify({ graphs: GRAPHS, ...counts, operators: operators.size })}\n`);
  expect(faults.join('\n\n')).toBe('');
  if (GRAPHS < ENOUGH) return;
  expect(counts.ran).toBeGreaterThan(GRAPHS / 2);
  expect(operators.size).toBeGreaterThan(50);
});

async function differenceOf(graph: (typeof ROWS_MIXED)[number]): Promise<string | undefined> {
  const session = await openOnnxSession(onnxModelBytes(graph.draft), 'cpu', DATATYPE_OF_ONNX_TYPE);
  try {
    return (await tryInCompany(session, randomOf(1))).difference;
  } finally {
    await session.release();
  }
}

/** The one that keeps rows apart in truth, in a way that is not proven. */
const APART_IN_TRUTH = 'the rows on two axes';

test.each(ROWS_MIXED.filter(({ name }) => name !== APART_IN_TRUTH))('$name: it would be told if this were called proven', async (graph) => {
  expect(await differenceOf(graph)).toBeDefined();
});

test.each(ROWS_APART)('$name: nothing is told of what is right', async (graph) => {
  expect(await differenceOf(graph)).toBeUndefined();
});
