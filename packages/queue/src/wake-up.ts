/** Lets a loop sleep until somebody calls, time is up, or it is closed. A call while it is awake makes the next sleep end at once. */
export class WakeUp {
  #called = false;
  #closed = false;
  #end: (() => void) | undefined;

  get isClosed(): boolean {
    return this.#closed;
  }

  now(): void {
    this.#called = true;
    this.#end?.();
  }

  close(): void {
    this.#closed = true;
    this.#end?.();
  }

  async wait(milliseconds: number): Promise<void> {
    if (!this.#called && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#end = undefined;
    this.#called = false;
  }
}
