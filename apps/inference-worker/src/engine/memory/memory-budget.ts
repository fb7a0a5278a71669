import { MillraceError } from '@millrace/contracts';

interface MemoryBudgetOptions {
  /** What the process may hold in memory, with everything that it needs beside models. */
  readonly budgetBytes: number;
  /** What it holds now. */
  readonly residentBytes: () => number;
}

/**
 * The account of the memory that models hold. Models get what is left of the budget above the resident size of the process
 * when the first of them is to be loaded. A holder is whatever was loaded; it stays in the account until its memory is released.
 */
export class MemoryBudget {
  readonly budgetBytes: number;
  readonly residentBytes: () => number;
  private besideModels: number | undefined;
  private readonly holders = new Map<object, number>();

  constructor({ budgetBytes, residentBytes }: MemoryBudgetOptions) {
    this.budgetBytes = budgetBytes;
    this.residentBytes = residentBytes;
  }

  /** What all models together may hold. */
  get roomBytes(): number {
    this.besideModels ??= this.residentBytes();
    return Math.max(0, this.budgetBytes - this.besideModels);
  }

  /** Of all holders. */
  get heldBytes(): number {
    let sum = 0;
    for (const bytes of this.holders.values()) sum += bytes;
    return sum;
  }

  /** What could be taken now; negative when more is held than should be. */
  get freeBytes(): number {
    return this.roomBytes - this.heldBytes;
  }

  bytesOf(holder: object): number {
    return this.holders.get(holder) ?? 0;
  }

  take(holder: object, bytes: number): void {
    this.holders.set(holder, bytes);
  }

  giveBack(holder: object): void {
    this.holders.delete(holder);
  }

  /** Whether `needBytes` would fit beside what stays, once everything else is gone. */
  couldFit(needBytes: number, stayingBytes: number): boolean {
    return needBytes <= this.roomBytes - stayingBytes;
  }

  /** The answer where no eviction would make enough room. */
  exhausted(modelVersionId: string, needBytes: number, stayingBytes: number): MillraceError {
    return new MillraceError(
      'UNAVAILABLE',
      `model version ${modelVersionId} needs ${mebibytes(needBytes)} of memory; of the budget of ${mebibytes(this.budgetBytes)}, models get ` +
        `${mebibytes(this.roomBytes)}, and pinned ones hold ${mebibytes(stayingBytes)}; raise MEMORY_BUDGET_BYTES, or unpin or remove a model`,
      { fields: { modelVersionId, needBytes, budgetBytes: this.budgetBytes, roomBytes: this.roomBytes, heldBytes: this.heldBytes, stayingBytes } },
    );
  }
}

/** Whether a load failed because there was no room, not because of what was loaded. */
export function isExhausted(error: unknown): boolean {
  const { code, fields } = MillraceError.wrap(error);
  return code === 'UNAVAILABLE' && 'needBytes' in fields && 'budgetBytes' in fields;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
