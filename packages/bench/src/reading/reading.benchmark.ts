import { benchmarkOf } from '../benchmark.ts';
import { measureLoad } from './load-text.measure.ts';
import { TEXT_KINDS } from './text-files.ts';

/** Text of some 80 MB of several kinds, whose form and types are found over the whole of it, into tables. */
export const readingBenchmark = benchmarkOf(TEXT_KINDS.map(measureLoad));
