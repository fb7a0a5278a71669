import { benchmarkOf } from '../benchmark.ts';
import { batchScoringPart } from './batch-scoring.measure.ts';
import { grpcPart } from './grpc.measure.ts';
import { healthPart } from './health.measure.ts';
import { hotSwapsPart } from './hot-swaps.measure.ts';
import { logCostPart } from './log-cost.measure.ts';
import { manyModelsPart } from './many-models.measure.ts';
import { manyRowsPart } from './many-rows.measure.ts';
import { oneRowPart } from './one-row.measure.ts';
import { predictionLogPart } from './prediction-log.measure.ts';
import { steadyLoadPart } from './steady-load.measure.ts';
import { terminationPart } from './termination.measure.ts';

/** What a serving node is worth, each figure beside its limit in the same run. */
export const servingBenchmark = benchmarkOf([
  oneRowPart,
  manyRowsPart,
  grpcPart,
  healthPart,
  hotSwapsPart,
  terminationPart,
  predictionLogPart,
  logCostPart,
  batchScoringPart,
  manyModelsPart,
  steadyLoadPart,
]);
