import { newId } from '@millrace/contracts';
import { Workspace } from '@millrace/db';
import type { EntityManager } from 'typeorm';

/** The workspace that is there from the start. Its administrators make the others. */
export const FIRST_WORKSPACE = 'default';

/** Call it in a transaction: of several processes that start together one makes it. */
export async function firstWorkspace(manager: EntityManager): Promise<string> {
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('millrace bootstrap', 0))`);
  const known = await manager.findOneBy(Workspace, { name: FIRST_WORKSPACE });
  if (known !== null) return known.id;
  const id = newId('workspace');
  await manager.insert(Workspace, { id, name: FIRST_WORKSPACE });
  return id;
}
