import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dataForeignKeys, dataTables } from './first-schema/data.ts';
import { jobsForeignKeys, jobsTables } from './first-schema/jobs.ts';
import { monitoringForeignKeys, monitoringTables } from './first-schema/monitoring.ts';
import { peopleForeignKeys, peopleTables } from './first-schema/people.ts';
import { productForeignKeys, productTables } from './first-schema/product.ts';
import { scienceForeignKeys, scienceTables } from './first-schema/science.ts';
import { servingForeignKeys, servingTables } from './first-schema/serving.ts';

const TABLES = [
  'workspace',
  'member',
  'token',
  'audit_event',
  'idempotency_record',
  'job',
  'job_log',
  'outbox',
  'use_case',
  'business_goal',
  'metric',
  'observation',
  'milestone',
  'strategy_review',
  'data_source',
  'dataset',
  'dataset_version',
  'data_requirement',
  'availability_assessment',
  'pipeline',
  'pipeline_run',
  'experiment',
  'training_run',
  'training_metric',
  'model',
  'model_version',
  'model_alias',
  'evaluation',
  'environment',
  'node',
  'endpoint',
  'assigned_version',
  'environment_assessment',
  'release',
  'release_step',
  'monitor',
  'monitor_window',
  'prediction_segment',
  'label_batch',
  'alert',
];

/** Every table, then the foreign keys between them: some tables refer to each other. */
export class FirstSchema1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [
      peopleTables,
      jobsTables,
      productTables,
      dataTables,
      scienceTables,
      servingTables,
      monitoringTables,
      peopleForeignKeys,
      jobsForeignKeys,
      productForeignKeys,
      dataForeignKeys,
      scienceForeignKeys,
      servingForeignKeys,
      monitoringForeignKeys,
    ]) {
      await runner.query(statements);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.join(', ')}`);
  }
}
