import { benchmarkOf } from '../benchmark.ts';
import { falseDecisionsPart } from './false-decisions.measure.ts';
import { samplePart } from './sample.measure.ts';

/** What the test of canaries decides, on simulated releases. */
export const canaryBenchmark = benchmarkOf([falseDecisionsPart, samplePart]);
