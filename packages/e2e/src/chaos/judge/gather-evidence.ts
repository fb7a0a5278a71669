import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosWorld } from '../chaos-world.ts';
import type { Evidence } from './invariant.ts';
import { readLake } from './read-lake.ts';

/** What nodes keep beside segments. */
const KEPT = new Set(['last-sequence', 'promised-rows', 'set-aside']);

/** Everything that is judged, read when nothing moves any more. */
export async function gatherEvidence({ system, database, seen }: ChaosWorld): Promise<Evidence> {
  const { manager } = database;
  return { manager, seen, lake: await readLake(manager, system.folder), leftWithNodes: await segmentsOfNode(system.folder) };
}

/** Files of segments that the node has not handed over. */
export async function segmentsOfNode(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'nodes', 'local', 'segments'), { recursive: true });
  return names.filter((name) => !KEPT.has(name));
}
