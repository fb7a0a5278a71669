import type { EntityManager } from 'typeorm';

const HOLDS_ROWS = `
  SELECT EXISTS (SELECT 1 FROM dataset_version) OR EXISTS (SELECT 1 FROM prediction_segment WHERE status = 'INGESTED')
    OR EXISTS (SELECT 1 FROM label_batch WHERE status = 'INGESTED') AS "holdsRows"`;

/** Whether the lakehouse must hold rows: then it is there, or its file system is away, and nobody may begin a new one. */
export async function lakehouseHoldsRows(manager: EntityManager): Promise<boolean> {
  const [found]: { holdsRows: boolean }[] = await manager.query(HOLDS_ROWS);
  return found?.holdsRows === true;
}
