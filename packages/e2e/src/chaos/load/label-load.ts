import { SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { WATCHED_ENDPOINT } from './prepare-load.ts';

const MOST_LABELS = 50;

/** What becomes of an event: every third is positive. */
const outcomeOf = (eventId: string): number => (Number(eventId.split('-')[1]) % 3 === 0 ? 1 : 0);

/** Labels of events that nobody here predicted. */
export async function labelWatched(world: ChaosWorld): Promise<void> {
  const events = Array.from({ length: 1 + Math.floor(world.random() * MOST_LABELS) }, () => `watched-${world.seen.asked++}`);
  await record(world, WATCHED_ENDPOINT, events, world.seen.watchedLabels);
}

/** Labels of events that were predicted, each told once, whatever became of the answer. */
export async function labelPredicted(world: ChaosWorld): Promise<void> {
  const { seen } = world;
  const events = [...seen.predictions.keys()].slice(seen.labelled, seen.labelled + MOST_LABELS);
  seen.labelled += events.length;
  await record(world, SMALL_ENDPOINT, events, seen.labels);
}

async function record({ system }: ChaosWorld, endpoint: string, events: readonly string[], kept: Map<string, number>): Promise<void> {
  if (events.length === 0) return;
  const labels = events.map((eventId) => ({ eventId, value: outcomeOf(eventId) }));
  await system.millrace.labels.record(endpoint, labels);
  for (const { eventId, value } of labels) kept.set(eventId, value);
}
