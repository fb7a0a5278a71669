import type { Measure } from './measure.ts';

/** A benchmark yields its measures as they are done; `note` tells a person what is under way. */
export type Benchmark = (note: (text: string) => void) => AsyncIterable<Measure>;
