import { benchmarkOf } from '../benchmark.ts';

export const servingPeersBenchmark = benchmarkOf([]);
