import { benchmarkOf } from '../benchmark.ts';
import { verdictsPart } from './verdicts.measure.ts';
import { FAMILIES, HELD_OUT, UNFORESEEABLE } from './simulated-metrics.ts';

/** What is said of milestones before they are met or missed, on simulated metrics. */
export const forecastBenchmark = benchmarkOf([
  verdictsPart('made-with', FAMILIES),
  verdictsPart('held-out', HELD_OUT),
  verdictsPart('unforeseeable', UNFORESEEABLE),
]);
