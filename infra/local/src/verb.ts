/** What every verb of the runtime gets. */
export interface VerbOptions {
  readonly args: readonly string[];
  readonly stateDir: string;
  /** Aborted when it is to stop. */
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

/** Does something until it is done or told to stop, and answers with the exit code of the process. */
export type Verb = (options: VerbOptions) => Promise<number>;

export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => {}, 60_000);
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  clearInterval(alive);
}
