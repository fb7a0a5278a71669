import { Millrace } from '@millrace/sdk';
import type { Benchmark } from '../benchmark.ts';
import { measureBoostedTrees } from './boosted-trees.measure.ts';
import { measureEnqueueToStart } from './enqueue-to-start.measure.ts';
import { measureEtl } from './etl.measure.ts';
import { measureNpmTest } from './npm-test.measure.ts';
import { measurePredictions } from './predictions.measure.ts';
import { startWarmSystem } from './warm-system.ts';

/** The whole loop: what a person waits for, and the parts that decide it. */
export const loopBenchmark: Benchmark = async function* ({ note }) {
  note('quickstart, warm …');
  const system = await startWarmSystem();
  yield { what: 'quickstart, warm, command to summary', value: system.seconds, unit: 's', bar: { atMost: 120 } };
  yield { what: 'resident memory of all processes, peak', value: system.memory.total, unit: 'MiB', bar: { atMost: 2560 } };
  yield { what: 'resident memory of the control plane, peak', value: system.memory.single, unit: 'MiB', bar: { atMost: 300 } };
  const millrace = new Millrace({ url: system.url, token: system.token });
  try {
    note('predictions …');
    yield await measurePredictions(millrace, system.token, 'late-flights');
    note('enqueue to start …');
    yield await measureEnqueueToStart(millrace);
  } finally {
    await millrace.close();
    await system.stop();
  }
  note('ETL beside DuckDB …');
  yield await measureEtl();
  note('boosted trees …');
  yield await measureBoostedTrees();
  note('npm test …');
  yield await measureNpmTest();
};
