import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How each announced table finds the use case that it belongs to; `NULL` where it belongs to none. */
const USE_CASE_OF: Readonly<Record<string, string>> = {
  job: 'NULL',
  use_case: 'NEW.id',
  business_goal: 'NEW.use_case_id',
  milestone: 'NEW.use_case_id',
  strategy_review: 'NEW.use_case_id',
  observation: '(SELECT use_case_id FROM metric WHERE id = NEW.metric_id)',
  release: '(SELECT use_case_id FROM endpoint WHERE id = NEW.endpoint_id)',
  monitor_window: '(SELECT use_case_id FROM endpoint JOIN monitor ON monitor.endpoint_id = endpoint.id WHERE monitor.id = NEW.monitor_id)',
  alert: '(SELECT use_case_id FROM endpoint JOIN monitor ON monitor.endpoint_id = endpoint.id WHERE monitor.id = NEW.monitor_id)',
};

/** A job is announced when somebody who watches it sees something new, not with every renewal of its lease. */
const CONDITION: Readonly<Record<string, string>> = {
  job: 'WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.progress IS DISTINCT FROM NEW.progress OR OLD.note IS DISTINCT FROM NEW.note)',
};

/** Sends the id of every committed change on channel `millrace`, and a nudge on `millrace_outbox` when deliveries are owed. */
export class AnnounceChanges1795500100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, useCaseId] of Object.entries(USE_CASE_OF)) {
      await runner.query(`
        CREATE FUNCTION announce_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_notify('millrace', json_strip_nulls(json_build_object(
            'table', '${table}', 'id', NEW.id, 'workspaceId', NEW.workspace_id, 'useCaseId', ${useCaseId}))::text);
          RETURN NULL;
        END $$;
        CREATE TRIGGER announce_insert AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION announce_${table}();
        CREATE TRIGGER announce_update AFTER UPDATE ON ${table} FOR EACH ROW ${CONDITION[table] ?? ''} EXECUTE FUNCTION announce_${table}();`);
    }
    await runner.query(`
      CREATE FUNCTION announce_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('millrace_outbox', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER announce_insert AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION announce_outbox();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...Object.keys(USE_CASE_OF), 'outbox']) await runner.query(`DROP FUNCTION announce_${table}() CASCADE`);
  }
}
