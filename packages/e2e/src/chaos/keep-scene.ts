import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosWorld } from './chaos-world.ts';

const FOLDERS = ['logs', 'nodes', 'lakehouse'];
const TABLES = `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;

/** Keeps logs, tables and files of a seed that failed, for whoever looks into it: rows as NDJSON, one file for each table. */
export async function keepScene({ system, database, disk, seen }: ChaosWorld, place: string): Promise<void> {
  disk?.free();
  await mkdir(join(place, 'rows'), { recursive: true });
  for (const folder of FOLDERS) await cp(join(system.folder, folder), join(place, folder), { recursive: true }).catch(() => undefined);
  await writeFile(
    join(place, 'seen.json'),
    JSON.stringify(seen, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value)),
  );
  for (const { name } of await database.query<{ name: string }[]>(TABLES)) {
    const rows = await database.query<object[]>(`SELECT * FROM "${name}"`);
    await writeFile(join(place, 'rows', `${name}.ndjson`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}
