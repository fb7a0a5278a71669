import { benchmarkOf } from '../benchmark.ts';
import { busyDayPart } from './busy-day.measure.ts';

/** What monitoring costs as tables get long. */
export const monitoringBenchmark = benchmarkOf([busyDayPart]);
