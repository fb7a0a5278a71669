import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** Sizes of all that could grow, in bytes, by a name that tells where. */
export type Sizes = ReadonlyMap<string, number>;

const TABLES = `
  SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
  WHERE relkind = 'r' AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))`;

/** Tables of the database, bloat included. */
export async function sizesOfTables(databaseUrl: string): Promise<Sizes> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; bytes: number }>(TABLES);
    return new Map(rows.map(({ name, bytes }) => [`table ${name}`, bytes]));
  } finally {
    await client.end();
  }
}

/** Resident memory of processes. */
export async function sizesOfProcesses(processes: readonly { readonly name: string; readonly pid: number }[]): Promise<Sizes> {
  const sizes = new Map<string, number>();
  for (const { name, pid } of processes) {
    const pages = Number((await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ')[1]);
    if (pages > 0) sizes.set(`process ${name}`, pages * 4096);
  }
  return sizes;
}

/** Folders of the state, a Delta table in its parts: rows, log, index. The database counts by its tables. */
export async function sizesOfFolders(root: string): Promise<Sizes> {
  const sizes = new Map<string, number>();
  const add = (name: string, bytes: number): void => void sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  for (const path of await filesIn(root, '')) {
    const file = path.startsWith('postgres') ? undefined : await stat(join(root, path)).catch(() => undefined);
    if (file !== undefined) add(folderOf(path), file.blocks * 512);
  }
  return sizes;
}

/** Folders come and go while they are walked. */
async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const files = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(root, path) : Promise.resolve([path]);
  });
  return (await Promise.all(files)).flat();
}

function folderOf(path: string): string {
  const table = /__(predictions|labels)__[^/]+\/(?:(_\w+)\/)?/.exec(path);
  if (table !== null) return `folder lakehouse ${table[1]} ${table[2] ?? 'rows'}`;
  const [first = '', second = ''] = path.split('/');
  return first === 'lakehouse' ? `folder lakehouse ${second === '.work' ? 'work' : 'datasets'}` : `folder ${first}`;
}
