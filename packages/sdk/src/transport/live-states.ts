import { MillraceError } from '@millrace/contracts';
import { delay } from './delay.ts';
import { Mailbox } from './mailbox.ts';

/** Where the states of one thing come from: a subscription where there is a socket, and a query that always works. */
export interface LiveSource<State> {
  readonly subscribe: ((signal: AbortSignal) => AsyncIterable<State>) | undefined;
  readonly poll: (signal: AbortSignal) => Promise<State>;
  /** Whether `next` says anything that `previous` did not; late answers of an older state are dropped here. */
  readonly advances: (previous: State, next: State) => boolean;
  readonly isFinal: (state: State) => boolean;
}

const FIRST_POLL_MILLISECONDS = 100;
const POLL_MILLISECONDS = 1_000;
const POLL_BESIDE_SOCKET_MILLISECONDS = 2_000;
/** Polls in a row that may fail before the failure is the caller's: each has its own retries. */
const TOLERATED_FAILURES = 5;

/**
 * The states of one thing as they come, the current one first, until a final one or until the signal aborts. A subscription
 * does not say what happened before it was ready, and a socket can fail in silence, so a slow poll runs beside it; without a
 * socket the poll is quicker. Nobody has to know which of the two told the news.
 */
export async function* liveStates<State>(source: LiveSource<State>, signal?: AbortSignal): AsyncGenerator<State> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const mailbox = new Mailbox<State>();
  const workers = Promise.all([listen(source, mailbox, both), poll(source, mailbox, both)]);
  both.addEventListener('abort', () => mailbox.close());
  let last: { state: State } | undefined;
  try {
    for await (const state of mailbox) {
      if (last !== undefined && !source.advances(last.state, state)) continue;
      last = { state };
      yield state;
      if (source.isFinal(state)) return;
    }
    signal?.throwIfAborted();
  } finally {
    stop.abort();
    await workers;
  }
}

async function listen<State>({ subscribe }: LiveSource<State>, mailbox: Mailbox<State>, signal: AbortSignal): Promise<void> {
  if (subscribe === undefined) return;
  try {
    for await (const state of subscribe(signal)) mailbox.put(state);
  } catch {
    mailbox.degraded = true;
  }
}

async function poll<State>(source: LiveSource<State>, mailbox: Mailbox<State>, signal: AbortSignal): Promise<void> {
  let failures = 0;
  for (let wait = FIRST_POLL_MILLISECONDS; !signal.aborted; wait *= 2) {
    try {
      mailbox.put(await source.poll(signal));
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const hopeless = !(error instanceof MillraceError) || !error.retryable || failures > TOLERATED_FAILURES;
      if (hopeless) return mailbox.fail(error);
    }
    const longest = source.subscribe === undefined || mailbox.degraded ? POLL_MILLISECONDS : POLL_BESIDE_SOCKET_MILLISECONDS;
    await delay(Math.min(wait, longest), signal);
  }
}
