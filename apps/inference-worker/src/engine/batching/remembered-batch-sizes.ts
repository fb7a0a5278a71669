import type { BatchSizeKey, BatchSizeMemory } from './batch-size-memory.ts';
import type { RememberedNumbers } from '../memory/remembered-numbers.ts';

/** Batch sizes of models on one class of node. */
export class RememberedBatchSizes implements BatchSizeMemory {
  private readonly remembered: RememberedNumbers;
  private readonly nodeClass: string;

  constructor(remembered: RememberedNumbers, nodeClass: string) {
    this.remembered = remembered;
    this.nodeClass = nodeClass;
  }

  find(key: BatchSizeKey): number | undefined {
    return this.remembered.get(this.nameOf(key));
  }

  keep(key: BatchSizeKey, rows: number): void {
    this.remembered.set(this.nameOf(key), rows);
  }

  private nameOf({ artifactDigest, provider, maximumRows }: BatchSizeKey): string {
    return [artifactDigest, this.nodeClass, provider, maximumRows].join(' ');
  }
}
