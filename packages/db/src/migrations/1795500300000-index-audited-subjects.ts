import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a workspace stored an artifact is asked with every segment and every download; without this index each asks all of its audit events. */
export class IndexAuditedSubjects1795500300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_audit_event_subject_id ON audit_event (subject_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_audit_event_subject_id');
  }
}
