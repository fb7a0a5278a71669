import type { AssignedVersion } from '@millrace/contracts';
import type { RememberedNumbers } from './remembered-numbers.ts';

/** Before a model was ever loaded: what ONNX Runtime needs beside the weights is half as much again. */
const ESTIMATE_FACTOR = 1.5;
/** A session thread by itself, without a model. */
const THREAD_BYTES = 8 * 2 ** 20;
/** What a load may be taken to cost at most: whatever is measured above it, others have allocated at the same time. */
const CEILING_FACTOR = 4;
/** How much a further measurement counts against those before it. */
const WEIGHT_OF_NEWEST = 0.25;

type Sized = Pick<AssignedVersion, 'artifactDigest' | 'artifactBytes' | 'serving'>;

/**
 * How much memory each model takes, by digest and number of instances: measured as the growth of resident memory while it
 * is loaded. A load that reuses memory of an evicted model seems to cost nothing, and one beside traffic seems to cost too
 * much, so that measurements are bounded on both sides and averaged.
 */
export class ModelSizes {
  private readonly remembered: RememberedNumbers;

  constructor(remembered: RememberedNumbers) {
    this.remembered = remembered;
  }

  /** What a load is going to take, in bytes. */
  expected(version: Sized): number {
    return this.remembered.get(keyOf(version)) ?? Math.max(floorOf(version), version.artifactBytes * ESTIMATE_FACTOR * version.serving.instances);
  }

  /** Takes note of the growth of resident memory by one load, and returns what the model is taken to hold. */
  measured(version: Sized, grownBytes: number): number {
    const floor = floorOf(version);
    const bounded = Math.min(Math.max(grownBytes, floor), floor * CEILING_FACTOR);
    const before = this.remembered.get(keyOf(version));
    const size = Math.round(before === undefined ? bounded : before + (bounded - before) * WEIGHT_OF_NEWEST);
    this.remembered.set(keyOf(version), size);
    return size;
  }
}

function floorOf({ artifactBytes, serving }: Sized): number {
  return (artifactBytes + THREAD_BYTES) * serving.instances;
}

function keyOf({ artifactDigest, serving }: Sized): string {
  return serving.instances === 1 ? artifactDigest : `${artifactDigest} x ${serving.instances}`;
}
