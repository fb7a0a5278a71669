import { LOADED_PER_MONTH, NUMBERS } from '../load/pipeline-load.ts';
import { SCORES } from '../load/scoring-load.ts';
import type { Evidence, Invariant } from './invariant.ts';
import type { DatasetFile, LakeEvidence } from './lake-evidence.ts';

const SUCCEEDED = `
  SELECT r.id FROM pipeline_run r JOIN job j ON j.id = r.job_id WHERE j.status = 'SUCCEEDED' UNION ALL
  SELECT r.id FROM scoring_run r JOIN job j ON j.id = r.job_id WHERE j.status = 'SUCCEEDED'`;

const MONTHS_OF_RUNS = `
  SELECT r.id, j.status, to_char(r.interval_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month
  FROM pipeline_run r JOIN job j ON j.id = r.job_id JOIN pipeline p ON p.id = r.pipeline_id WHERE p.name = '${NUMBERS}'`;

const withLake = (evidence: Evidence, lake: Partial<LakeEvidence>): Evidence => ({ ...evidence, lake: { ...evidence.lake, ...lake } });

const ofNumbers = (isQuarantine: boolean) => (file: DatasetFile) => file.dataset === NUMBERS && file.isQuarantine === isQuarantine;

/** Of every month that was ever loaded the rows of one run are there, once. */
function onceAMonth(isQuarantine: boolean, rowsOfMonth: number): Invariant {
  return {
    says: `of every month that was loaded ${rowsOfMonth} rows are ${isQuarantine ? 'in quarantine' : 'in the table'}`,
    breaches: async ({ manager, lake }) => {
      const runs = await manager.query<{ id: string; status: string; month: string }[]>(MONTHS_OF_RUNS);
      const monthOf = new Map(runs.map(({ id, month }) => [id, month]));
      const rows = new Map(runs.filter(({ status }) => status === 'SUCCEEDED').map(({ month }) => [month, 0]));
      for (const file of lake.files.filter(ofNumbers(isQuarantine))) {
        const month = monthOf.get(file.runId ?? '') ?? 'no month';
        rows.set(month, (rows.get(month) ?? 0) + file.rows);
      }
      return [...rows].filter(([, count]) => count !== rowsOfMonth);
    },
    sabotage: (evidence) => withLake(evidence, { files: [...evidence.lake.files, ...evidence.lake.files.filter(ofNumbers(isQuarantine)).slice(0, 1)] }),
  };
}

/** Live rows are those of runs that succeeded. */
function onlySucceeded(isQuarantine: boolean): Invariant {
  return {
    says: isQuarantine
      ? 'no run that failed or was cancelled left rows in quarantine'
      : 'no run that failed or was cancelled left rows, and no zombie wrote any',
    breaches: async ({ manager, lake }) => {
      const succeeded = new Set((await manager.query<{ id: string }[]>(SUCCEEDED)).map(({ id }) => id));
      return lake.files.filter((file) => file.isQuarantine === isQuarantine && !succeeded.has(file.runId ?? ''));
    },
    sabotage: (evidence) =>
      withLake(evidence, { files: [...evidence.lake.files, { dataset: NUMBERS, isQuarantine, runId: 'a run that was cancelled', rows: 1 }] }),
  };
}

/** A kind of disagreement between the log of a table and the recorded versions. */
function agreement(says: string, kind: 'commitsWithoutVersion' | 'versionsWithoutCommit' | 'quarantineWithoutLoad', broken: object): Invariant {
  return {
    says,
    breaches: ({ lake }) => lake.compared.flatMap((compared) => compared[kind].map((found) => ({ dataset: compared.dataset, found }))),
    sabotage: (evidence) => withLake(evidence, { compared: evidence.lake.compared.map((compared) => ({ ...compared, ...broken })) }),
  };
}

/** Tables, their versions and their quarantine agree with the runs. */
export const DATASETS: readonly Invariant[] = [
  onceAMonth(false, LOADED_PER_MONTH),
  onceAMonth(true, 1),
  onlySucceeded(false),
  onlySucceeded(true),
  agreement('every commit of a run has a dataset version', 'commitsWithoutVersion', { commitsWithoutVersion: [{ deltaVersion: 7, runId: 'r', attempt: 1 }] }),
  agreement('every dataset version has its commit', 'versionsWithoutCommit', { versionsWithoutCommit: [7] }),
  agreement('no rows are in quarantine of a load that is not there', 'quarantineWithoutLoad', { quarantineWithoutLoad: ['an interval'] }),
  {
    says: 'every dataset version has as many rows as its commit',
    breaches: ({ lake }) => lake.versions.filter(({ rows, recordedRows }) => rows !== recordedRows),
    sabotage: (evidence) => withLake(evidence, { versions: evidence.lake.versions.map((version) => ({ ...version, recordedRows: version.recordedRows + 1 })) }),
  },
  {
    says: 'a scoring run that succeeded has as many rows in its table as it says, and as it was given',
    breaches: async ({ manager, lake }) => {
      const runs = await manager.query<{ id: string; rows: string; input: string }[]>(
        `SELECT r.id, r.rows, v.rows AS input FROM scoring_run r JOIN job j ON j.id = r.job_id JOIN dataset_version v ON v.id = r.dataset_version_id WHERE j.status = 'SUCCEEDED'`,
      );
      const written = new Map<string, number>();
      for (const { runId, rows } of lake.files) written.set(runId ?? '', (written.get(runId ?? '') ?? 0) + rows);
      return runs.filter(({ id, rows, input }) => rows !== input || written.get(id) !== Number(rows));
    },
    sabotage: (evidence) =>
      withLake(evidence, { files: [...evidence.lake.files, ...evidence.lake.files.filter(({ dataset }) => dataset === SCORES).slice(0, 1)] }),
  },
  {
    says: 'no scored row is there twice',
    breaches: ({ lake }) => (lake.doubledScores === 0 ? [] : [lake.doubledScores]),
    sabotage: (evidence) => withLake(evidence, { doubledScores: 1 }),
  },
];
