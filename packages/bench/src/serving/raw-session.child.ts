import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { COLUMNS } from './bench-models.ts';
import { rowsOf } from './bodies.ts';

/** What `RawSession` asks: runs for so long with so many rows in each. */
export interface RawTask {
  readonly rows: number;
  readonly seconds: number;
}

const model = await readFile(process.argv[2] ?? '');
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

process.on('message', (task: RawTask) => {
  void rate(task).then((runsPerSecond) => process.send?.(runsPerSecond));
});
process.send?.(0);

async function rate({ rows, seconds }: RawTask): Promise<number> {
  const feeds = { x: new Tensor('float32', rowsOf(rows), [rows, COLUMNS]) };
  const start = performance.now();
  let runs = 0;
  while (performance.now() - start < seconds * 1000) {
    await session.run(feeds);
    runs += 1;
  }
  return runs / ((performance.now() - start) / 1000);
}
