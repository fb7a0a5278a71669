import type { EntityManager } from 'typeorm';
import { Alert } from '../entities/alert.entity.ts';
import { insertRow } from '../insert-row.ts';

/** What was found of one cause at one monitor, and the open alert that says so. */
export interface AlertFinding {
  readonly monitorId: string;
  readonly workspaceId: string;
  readonly cause: string;
  /** Undefined: nothing is wrong any more. */
  readonly seen: { readonly title: string; readonly detail: Readonly<Record<string, unknown>> } | undefined;
  readonly alertId: string | null;
}

/** Opens, updates or resolves the alert. True when it opened or resolved. */
export async function moveAlert(manager: EntityManager, { alertId, seen, ...found }: AlertFinding): Promise<boolean> {
  const open = alertId === null ? null : await manager.findOneBy(Alert, { id: alertId });
  if (seen === undefined) {
    if (open !== null) await manager.save(Object.assign(open, { status: 'RESOLVED', resolvedAt: new Date() }));
    return open !== null;
  }
  if (open === null) await insertRow(manager, Alert, { ...found, ...seen });
  else if (open.title !== seen.title) await manager.save(Object.assign(open, seen));
  return open === null;
}
