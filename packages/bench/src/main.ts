import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { canaryBenchmark } from './canary/canary.benchmark.ts';
import { controlPlaneBenchmark } from './control-plane/control-plane.benchmark.ts';
import { driftBenchmark } from './drift/drift.benchmark.ts';
import { forecastBenchmark } from './forecast/forecast.benchmark.ts';
import { loopBenchmark } from './loop/loop.benchmark.ts';
import { judge, type JudgedMeasure } from './measure.ts';
import { lineOf, tableOf } from './print-measures.ts';
import { monitoringBenchmark } from './monitoring/monitoring.benchmark.ts';
import { readingBenchmark } from './reading/reading.benchmark.ts';
import { servingPeersBenchmark } from './serving-peers/serving-peers.benchmark.ts';
import { servingBenchmark } from './serving/serving.benchmark.ts';
import { treesBenchmark } from './trees/trees.benchmark.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  canary: canaryBenchmark,
  'control-plane': controlPlaneBenchmark,
  drift: driftBenchmark,
  forecast: forecastBenchmark,
  loop: loopBenchmark,
  monitoring: monitoringBenchmark,
  reading: readingBenchmark,
  serving: servingBenchmark,
  'serving-peers': servingPeersBenchmark,
  trees: treesBenchmark,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, minutes: { type: 'string', default: '2' }, only: { type: 'string', default: '' } },
});
const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
const minutes = Number(values.minutes);
if (benchmark === undefined || !(minutes > 0)) {
  const names = Object.keys(BENCHMARKS).join(', ');
  console.error(`There is no such benchmark. Call: npm run bench -- <name> [--json] [--minutes 2] [--only part,part], with one of: ${names}.`);
  process.exit(2);
}

const at = new Date().toISOString();
const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`;
const measures: JudgedMeasure[] = [];
const note = (text: string): void => console.error(text);
for await (const measure of benchmark({ note, minutes, only: values.only.split(',').filter((part) => part !== '') })) {
  const judged = judge(measure);
  measures.push(judged);
  note(lineOf(judged));
}
console.log(values.json ? JSON.stringify({ benchmark: name, at, machine, measures }) : `${name}, ${at}, ${machine}\n${tableOf(measures)}`);
process.exitCode = measures.every(({ holds }) => holds) ? 0 : 1;
