import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError, type Columns } from '@millrace/sdk';
import type { Flight } from '../flight-file.ts';
import { FEATURES } from '../flight-features.ts';
import type { Story } from '../story.ts';

/** Who asked while the release was a canary: the flights that were answered, and how many kept the fallback. */
export interface AskedCanary {
  readonly answered: ReadonlySet<string>;
  readonly unanswered: number;
}

const ASKING = 8;
const POLL_MILLISECONDS = 50;

/**
 * Asks about the flights of the first week one by one, as their airlines would, until `until` is aborted: a canary can be judged by nothing else. On a first
 * release the endpoint answers its share of the flights; the others are told NOT_FOUND, and nobody is warned of them for now.
 */
export async function askTheCanary({ millrace, flights, options }: Story, endpoint: string, until: AbortSignal): Promise<AskedCanary> {
  const answered = new Set<string>();
  let unanswered = 0;
  const ask = async (flight: Flight): Promise<void> => {
    try {
      await millrace.predict(endpoint, columnsOf([flight]), { eventIds: [flight.eventId], eventTimes: [flight.departedAt] });
      answered.add(flight.eventId);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      unanswered += 1;
    }
  };
  while (!until.aborted && !(await isServed(millrace, endpoint))) await delay(POLL_MILLISECONDS);
  for await (const batch of flights.departures(options.sampleEvery, ASKING, 'first week')) {
    if (until.aborted) break;
    await Promise.all(batch.map(ask));
  }
  return { answered, unanswered };
}

/** From the first share on, everybody may know what the endpoint takes. */
async function isServed(millrace: Story['millrace'], endpoint: string): Promise<boolean> {
  try {
    await millrace.inference.metadata(endpoint);
    return true;
  } catch (error) {
    if (error instanceof MillraceError && (isNotFound(error) || error.retryable || error.code === 'NODE_UNAVAILABLE')) return false;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof MillraceError && error.code === 'NOT_FOUND';
}

export function columnsOf(batch: readonly Flight[]): Columns {
  return Object.fromEntries(FEATURES.map((name, index) => [name, batch.map(({ features }) => features[index] ?? null)]));
}
