import { MillraceError } from '@millrace/contracts';

/** When a load is given up. */
export interface LoadLimit {
  readonly milliseconds: number;
  /** Aborted when nobody wants the load any more; its reason is what the load fails with. */
  readonly signal?: AbortSignal | undefined;
}

/** Does a load with a signal that is aborted when the limit is reached, and never after the load has come to an end. */
export async function withinLoadLimit<Result>({ milliseconds, signal }: LoadLimit, load: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(tooLong(milliseconds)), milliseconds);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted === true) giveUp();
  try {
    return await load(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function tooLong(milliseconds: number): MillraceError {
  return new MillraceError(
    'TIMEOUT',
    `the model was not loaded within ${milliseconds / 1000} s, with a run of one row; make it smaller or faster, or raise LOAD_TIMEOUT_SECONDS of the node`,
    { fields: { loadTimeoutMilliseconds: milliseconds } },
  );
}
