import { benchmarkOf } from '../benchmark.ts';
import { followersPart } from './followers.measure.ts';
import { memoryPart } from './memory.measure.ts';
import { overloadPart } from './overload.measure.ts';

/** What a control plane does when more is asked than it can answer, and when many follow one thing. */
export const controlPlaneBenchmark = benchmarkOf([overloadPart, followersPart, memoryPart]);
