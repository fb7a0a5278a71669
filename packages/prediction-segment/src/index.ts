export { SegmentEncoder } from './segment-encoder.ts';
export { readSegment, readWholeSegment, type ReadSegment } from './segment-reader.ts';
export { eventIdsOf, type FeatureColumn, type PredictionRows } from './prediction-rows.ts';
export { LONGEST_HEAD_BYTES, type ColumnValues, type NumberValues } from './layout.ts';
export { numbersOfHalves } from './half-numbers.ts';
