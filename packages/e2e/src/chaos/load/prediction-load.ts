import { SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import type { ChaosWorld } from '../chaos-world.ts';

const MOST_ROWS = 20;
const ORIGINS = ['SFO', 'JFK', 'ORD'];

/** Asks for some predictions once, by the name of the endpoint or by the address of a node, and notes what was answered. */
export async function predictSome({ impatient, random, seen }: ChaosWorld, endpoint = SMALL_ENDPOINT): Promise<void> {
  const events = Array.from({ length: 1 + Math.floor(random() * MOST_ROWS) }, () => seen.asked++);
  const eventIds = events.map((event) => `asked-${event}`);
  const inputs = { origin: events.map((event) => ORIGINS[event % ORIGINS.length] ?? ''), distance: events.map((event) => (event * 7919) % 3000) };
  const { outputs } = await impatient.predict(endpoint, inputs, { eventIds });
  for (const [row, eventId] of eventIds.entries()) seen.predictions.set(eventId, Number(outputs['probability']?.[row]));
}
