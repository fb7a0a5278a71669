import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import type { ReleaseContext } from './release-context.ts';

/** Asks again and again until there is an answer; undefined when the time is over. Rejects when the job is to stop. */
export async function waitUntil<Answer>(
  context: Pick<ReleaseContext, 'signal' | 'timing'>,
  timeoutSeconds: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const end = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    if (context.signal.aborted) throw stopped(context.signal);
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await delay(context.timing.pollMilliseconds, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

function stopped(signal: AbortSignal): unknown {
  return signal.reason instanceof MillraceError
    ? signal.reason
    : new MillraceError('UNAVAILABLE', 'The worker stops; the release goes on elsewhere.', { cause: signal.reason });
}
