import { Monitor } from '@millrace/db';
import { buildLabelBatch, buildModelVersion, buildMonitor, createTestDatabase, seedWorkspace, type TestDatabase } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planEvaluation } from './plan-evaluation.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** PostgreSQL counts the parameters of a statement with 16 bits. */
const WINDOWS = 70_000;

it('late labels may touch more windows than a statement has parameters', async () => {
  const { manager } = database.dataSource;
  const workspace = await seedWorkspace(database.dataSource);
  const [monitor, version] = [await buildMonitor(workspace), await buildModelVersion(workspace)];
  await manager.query(
    `INSERT INTO monitor_window (id, workspace_id, monitor_id, model_version_id, window_start, window_end, status, summary, rows)
      SELECT 'w_' || n, $1, $2, $3, to_timestamp(n * 60), to_timestamp(n * 60 + 60), 'CLOSED', '{}', 1 FROM generate_series(1, $4::int) n`,
    [workspace.id, monitor.id, version.id, WINDOWS],
  );
  const batch = await buildLabelBatch(workspace, { endpointId: monitor.endpointId, status: 'INGESTED' });
  const hitBatchIds = Array.from({ length: WINDOWS }, (_, n) => `lb_${n}`);
  const tables: Parameters<typeof planEvaluation>[2] = {
    join: async () => ({
      predictionsVersion: 1,
      windows: Array.from({ length: WINDOWS }, (_, n) => ({ windowStart: (n + 1) * 60_000, labelBatchId: batch.id })),
      hitBatchIds,
      unmatched: new Map(),
    }),
    countUnmatched: async () => new Map(),
    performance: async (_place, windows, batches) => {
      expect(windows).toHaveLength(WINDOWS);
      expect(batches).toEqual([batch.id]);
      return new Map();
    },
  };
  const plan = await planEvaluation(manager, await manager.findOneByOrFail(Monitor, { id: monitor.id }), tables);
  expect(plan.relabelled).toHaveLength(WINDOWS);
});
