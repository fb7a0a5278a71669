import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { loopBenchmark } from './loop/loop.benchmark.ts';
import { judge } from './measure.ts';
import { tableOf } from './print-measures.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { loop: loopBenchmark };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  console.error(`There is no benchmark "${name}". Call: npm run bench -- <name> [--json], with one of: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(2);
}

const measures = [];
for await (const measure of benchmark((text) => console.error(text))) measures.push(judge(measure));
console.log(values.json ? JSON.stringify({ benchmark: name, measures }) : tableOf(measures));
process.exitCode = measures.every(({ holds }) => holds) ? 0 : 1;
