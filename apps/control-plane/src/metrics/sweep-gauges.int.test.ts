import { takeSweepTurn } from '@millrace/db';
import { createTestDatabase, type TestDatabase } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';
import { SweepGauges } from './sweep-gauges.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('tells how long ago each sweep was done and what it removed', async () => {
  const metrics = new Metrics();
  const { dataSource } = database;
  const gauges = new SweepGauges({ dataSource, metrics });
  await gauges.refresh();
  expect(metrics.text()).toContain('millrace_sweep_age_seconds{sweep="retention"} Infinity');
  await takeSweepTurn(dataSource, { name: 'retention', holder: 'test', everySeconds: 60, leaseSeconds: 60 }, () => Promise.resolve({ job: 3, audit_event: 4 }));
  await gauges.refresh();
  expect(metrics.text()).toMatch(/millrace_sweep_age_seconds\{sweep="retention"\} \d/);
  expect(metrics.text()).toContain('millrace_sweep_removed{sweep="retention"} 7');
});

it('tells what commits and versions of datasets disagree about', async () => {
  const metrics = new Metrics();
  const { dataSource } = database;
  const gauges = new SweepGauges({ dataSource, metrics });
  const found = { commitsWithoutVersion: 0, versionsWithoutCommit: 2, quarantineWithoutLoad: 0 };
  await takeSweepTurn(dataSource, { name: 'reconcile', holder: 'test', everySeconds: 60, leaseSeconds: 60 }, () => Promise.resolve(found));
  await gauges.refresh();
  expect(metrics.text()).toMatch(/millrace_sweep_age_seconds\{sweep="reconcile"\} \d/);
  expect(metrics.text()).toContain('millrace_lakehouse_disagreements{kind="versionsWithoutCommit"} 2');
  expect(metrics.text()).toContain('millrace_lakehouse_disagreements{kind="commitsWithoutVersion"} 0');
});
